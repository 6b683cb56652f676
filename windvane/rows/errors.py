"""Errors of reading and writing rows."""


class RowsError(Exception):
    """A file does not hold what it should; the message names it, and says what to do."""
