"""What the compiler refuses, by name and by combination, with the words that say so."""
