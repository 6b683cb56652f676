"""Where predictions and rejects go: a table to read, CSV or JSON Lines to go on with."""
