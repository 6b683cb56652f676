"""Errors of bulk jobs; each message is one sentence that names the field or the object.

JobError
├── JobFieldError        a field of the job breaks a rule
├── JobInputError        the input cannot be read as the job says
├── JobOutputError       the output cannot be written, or exists already
├── InputChangedError    an object of the input was changed or deleted after the job was planned
├── AccessRefusedError   the location may not be read or written with these rights
├── PartsFailedError     more parts failed than the job tolerates
├── StorageError         S3 or the disk failed
├── JobNotFoundError     no job has this id
├── JobConflictError     the job's id or its state forbids what was asked for
├── JobsDeniedError      AWS does not allow the call, or the state machine does not exist
└── JobsUnavailableError  Step Functions did not answer, or throttles
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


class JobNotFoundError(JobError):
    """No job has this id; Step Functions forgets a job 90 days after its end."""


class JobConflictError(JobError):
    """Another job has this id, or the job's state does not allow what was asked for."""


class JobsDeniedError(JobError):
    """AWS does not allow the call, or the state machine does not exist; a retry does not help."""


class JobsUnavailableError(JobError):
    """Step Functions did not answer in time, or throttles; a later attempt may succeed."""
