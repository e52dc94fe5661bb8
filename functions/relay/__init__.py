"""The outbox's relay: events that were committed reach the bus, at least once."""
