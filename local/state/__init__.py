"""The platform's state on disk: a logical dump, written between two pieces of work, read at the next start."""
