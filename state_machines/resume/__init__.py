"""Going on elsewhere: where the tokens of an execution stand, and the machine that begins with them standing there."""
