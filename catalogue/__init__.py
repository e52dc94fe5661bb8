"""The product model: what a product is, how it is versioned, validated, priced and offered."""
