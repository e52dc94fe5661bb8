"""Hot aggregates from element events: the funnel of a process."""
