"""Messages and signals meet those who wait for them, in whichever order they come."""
