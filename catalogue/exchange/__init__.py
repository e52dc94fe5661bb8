"""A catalogue as files: archives of entries, and tables of changes."""
