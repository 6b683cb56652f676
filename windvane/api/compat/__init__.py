"""Other services' wires, one a file, for the clients that people already have."""
