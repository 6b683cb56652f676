"""Errors of bulk jobs; each message is one sentence that names the field or the object.

JobError
├── JobFieldError        a field of the job breaks a rule
├── JobInputError        the input cannot be read as the job says
├── JobOutputError       the output cannot be written, or exists already
├── InputChangedError    an object of the input was changed or deleted after the job was planned
├── AccessRefusedError   the location may not be read or written with these rights
├── PartsFailedError     more parts failed than the job tolerates
└── StorageError         S3 or the disk failed
"""


class JobError(Exception):
    """Root of the errors of bulk jobs."""


class JobFieldError(JobError):
    """A field of the job breaks a rule.

    Attributes:
        field: Name of the field.
        rule: What its value must be.
    """

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field}: {rule}")
        self.field = field
        self.rule = rule


class JobInputError(JobError):
    """The input is missing, empty, of another format, or lacks the column."""


class JobOutputError(JobError):
    """The output cannot be written, or holds something else already."""


class InputChangedError(JobError):
    """An object of the input was changed or deleted after the job was planned."""


class AccessRefusedError(JobError):
    """The location may not be read or written with these rights; the message names the action."""


class PartsFailedError(JobError):
    """More parts failed than the job tolerates; the message names them."""


class StorageError(JobError):
    """S3 or the disk failed; a later attempt may succeed."""
