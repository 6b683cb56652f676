"""How long whoever asks the result log is kept waiting."""

WRITE_SECONDS = 0.5
"""What an answer waits for its records at most."""

READ_SECONDS = 2.0
"""What whoever looks something up waits at most, or erases or corrects it."""
