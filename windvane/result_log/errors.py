"""Errors of the result log.

ResultLogError
├── ResultLogUriError          the URI is of a kind that results are not recorded in
├── ResultLogOpenError         the database cannot be opened, or is of another version
├── ResultIdError              a value is no result id
├── SubjectKeyError            there is no key that subjects could be hashed with
├── DamagedRecordError         a stored record cannot be read; it can be deleted
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


class SubjectKeyError(ResultLogError):
    """There is no key that subjects could be hashed with."""

    def __init__(self) -> None:
        super().__init__(
            "Subjects are stored as keyed hashes, and there is no key: WINDVANE_SUBJECT_KEY is "
            "unset, and this log keeps none."
        )


class DamagedRecordError(ResultLogError):
    """A stored record cannot be read; it can be deleted.

    Attributes:
        result_id: The record's id.
    """

    def __init__(self, result_id: str) -> None:
        super().__init__(f"The record of result {result_id} is damaged; it can only be deleted.")
        self.result_id = result_id


class ResultLogUnavailableError(ResultLogError):
    """The log refused, or did not answer in its time."""
