"""The protocol of a result log, and which log a URI names."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from functions.result_log.errors import ResultLogUriError
from functions.result_log.record import ResultRecord

OFF = "none:"


class ResultLog(Protocol):
    """Keeps records; safe to call from several threads."""

    def write(self, records: Sequence[ResultRecord]) -> None:
        """Keep records for good: once this returns they can be read.

        Raises:
            ResultLogUnavailableError: Not all were kept, or not in time.
        """
        ...

    def read(self, result_id: str) -> ResultRecord | None:
        """Look one up; nothing where there is none, or it has expired.

        Raises:
            ResultIdError: It is no result id.
            ResultLogUnavailableError: The log did not answer.
        """
        ...


def open_result_log(uri: str, environ: Mapping[str, str]) -> ResultLog | None:
    """Open the log that a URI names; nothing where results are not recorded.

    Args:
        uri: ``dynamodb://table``, or ``none:``.
        environ: Region, credentials and endpoint, by the names that every AWS SDK reads.

    Raises:
        AwsSetupError: The AWS region is not known.
        ResultLogUriError: The URI is of another kind.
    """
    if uri == OFF:
        return None
    scheme, _, table = uri.partition("://")
    if scheme != "dynamodb" or not table or "/" in table:
        raise ResultLogUriError(
            f"WINDVANE_RESULT_LOG_URI is {uri!r}; allowed is dynamodb://table, or {OFF}"
        )
    from functions.result_log.dynamodb import DynamoDbResultLog

    return DynamoDbResultLog(table, environ)
