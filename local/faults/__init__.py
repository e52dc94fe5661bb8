"""What goes wrong in a cloud, at the platform's ports and by a seed: for tests of what must hold in spite of it."""
