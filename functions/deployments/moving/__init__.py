"""Running instances that go on elsewhere: with other tokens, in another version, in a fresh execution."""
