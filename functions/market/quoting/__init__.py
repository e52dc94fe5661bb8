"""Quotes: made, changed, approved, accepted. What one costs and whether it may be is `catalogue.selling.quoting`."""
