"""From the machines' execution logs to the read model: element history, flow counts, status, element events."""
