"""The design side of the catalogue: all kinds of entries are drafted, reviewed, published and retired alike."""
