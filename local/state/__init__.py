"""The platform's state on disk: rows of what has changed, committed before anything that follows from it is told."""
