"""Whether a model reads a sentence the same, whichever person, country or group stands in it."""
