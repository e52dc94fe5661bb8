"""The selling side, pure: what is on the shelf, what of it a customer is offered and why, how offers compare."""
