"""The selling side: what this customer may buy here and now, priced, in this language."""
