"""How the local server holds up: its capacity, twice as much, and 64 clients at once."""
