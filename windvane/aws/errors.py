"""Errors of calls to AWS.

AwsError
├── AwsSetupError      no region, no credentials, an endpoint that is not a URL
├── AwsUnreachableError  no response, or not in time
└── AwsRefusalError    AWS responded with an error
"""


class AwsError(Exception):
    """A call to AWS did not succeed."""


class AwsSetupError(AwsError):
    """The call could not be made."""


class AwsUnreachableError(AwsError):
    """There was no response, or not in time."""


class AwsRefusalError(AwsError):
    """AWS responded with an error.

    Attributes:
        status: HTTP status.
        code: AWS's name for the error, such as ``AccessDenied``.
    """

    def __init__(self, service: str, status: int, code: str) -> None:
        super().__init__(f"{service} answered {status} {code}")
        self.status = status
        self.code = code
