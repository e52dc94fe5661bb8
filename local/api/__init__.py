"""API Gateway's part: HTTP requests to real v2 events and back, authorizers, limits; and what exists only locally."""
