"""Errors of the result log.

ResultLogError
├── ResultLogUriError          the URI is of a kind that results are not recorded in
├── ResultLogOpenError         the database cannot be opened, or is of another version
├── ResultIdError              a value is no result id
└── ResultLogUnavailableError  the log refused, or was too slow
"""


class ResultLogError(Exception):
    """Any failure of the result log."""


class ResultLogUriError(ResultLogError):
    """The URI is of a kind that results are not recorded in."""


class ResultLogOpenError(ResultLogError):
    """The database cannot be opened, or is of another version."""


class ResultIdError(ResultLogError):
    """A value is no result id."""


class ResultLogUnavailableError(ResultLogError):
    """The log refused, or did not answer in its time."""
