"""Documents: templates rendered to PDF for state machines, archived, and handed out over presigned links."""
