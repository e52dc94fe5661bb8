"""The shapes of requests, answers and events (pydantic, camelCase on the wire). One module per family of routes."""
