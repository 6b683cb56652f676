"""``windvane smoke`` asks a running service as a client does, and says whether it works."""
