"""Case links, and the authorizer of the routes that they open."""
