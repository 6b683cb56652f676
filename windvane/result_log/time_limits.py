"""Time limits of result log calls."""

WRITE_SECONDS = 0.5
"""How long a response waits for its records to be written."""

READ_SECONDS = 2.0
"""How long a lookup, a listing, a deletion or feedback may take."""
