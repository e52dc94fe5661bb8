"""Media: asked for, uploaded, checked when they arrive, and told by the market where published entries show them."""
