"""Amazon States Language in its JSONata dialect: typed states, their one JSON form, limits and own lint rules."""
