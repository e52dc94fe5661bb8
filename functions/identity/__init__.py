"""What goes into tokens: the user pool's groups and clients become the contract's scopes."""
