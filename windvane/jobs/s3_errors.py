"""Errors of S3, as errors of jobs: one place that knows boto3's."""

from collections.abc import Iterator
from contextlib import contextmanager

from windvane.jobs.errors import (
    AccessRefusedError,
    InputChangedError,
    JobError,
    JobInputError,
    StorageError,
)

_MISSING = ("NoSuchKey", "NoSuchBucket", "404", "NotFound")
_REFUSED = ("AccessDenied", "403", "Forbidden", "AllAccessDisabled", "InvalidAccessKeyId")
_CHANGED = ("PreconditionFailed", "412", "InvalidRange", "416")


@contextmanager
def s3_errors(location: str, action: str, *, is_pinned: bool = False) -> Iterator[None]:
    """Translate errors of boto3.

    Args:
        location: What is read or written, for messages.
        action: IAM action that the call needs, for messages.
        is_pinned: Whether the object was there when the job was planned.

    Raises:
        AccessRefusedError: S3 refused.
        InputChangedError: The object is another than it was, or is gone.
        JobInputError: There is no such object or bucket.
        StorageError: S3 failed, throttled, or could not be reached.
    """
    # Imported late: it takes longer to import than all else.
    from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        raise _translate(code, location, action, is_pinned=is_pinned) from error
    except NoCredentialsError as error:
        raise AccessRefusedError(f"{location}: there are no credentials of AWS.") from error
    except BotoCoreError as error:
        raise StorageError(f"S3 cannot be reached for {location}.") from error


def _translate(code: str, location: str, action: str, *, is_pinned: bool) -> JobError:
    if code in _CHANGED:
        return InputChangedError(f"{location} was changed after the job was planned.")
    if code in _MISSING:
        if is_pinned:
            return InputChangedError(f"{location} was deleted after the job was planned.")
        return JobInputError(f"{location} does not exist.")
    if code in _REFUSED:
        # S3 hides that an object is missing from whoever may not list the whole bucket.
        hidden = ", or it does not exist" if action == "s3:GetObject" and not is_pinned else ""
        return AccessRefusedError(f"{location}: {action} is not allowed{hidden}.")
    return StorageError(f"S3 answered {code} for {location}.")
