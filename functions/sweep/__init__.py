"""What stays open though its scope or instance is gone: looked for day by day. Normally there is nothing."""
