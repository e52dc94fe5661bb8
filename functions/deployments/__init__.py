"""Publishing: files are validated together, compiled, deployed as machines, and registered in one transaction."""
