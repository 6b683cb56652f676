"""The protocol of a result log, and which log a URI names."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from windvane.result_log.errors import ResultLogUriError
from windvane.result_log.record import ResultRecord
from windvane.settings import Settings

if TYPE_CHECKING:
    from windvane.result_log.idempotency_records import KeptAnswers
    from windvane.result_log.query import ResultPage, ResultQuery

OFF = "none:"


class ResultLog(Protocol):
    """Keeps records; safe to call from several threads."""

    @property
    def kept_answers(self) -> "KeptAnswers":
        """Answers to requests that may be sent again, in the same place."""
        ...

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

    def list(self, query: "ResultQuery") -> "ResultPage":
        """List records, newest first.

        A page may hold fewer records than the limit, or none, and still have a cursor: where a
        log takes long to search, the next page goes on from there.

        Raises:
            ResultIdError: The cursor is no result id.
            ResultLogUnavailableError: The log did not answer.
        """
        ...

    def delete(self, result_id: str) -> bool:
        """Erase one for good: no call of the log gives it again, and no list shows it.

        What `KeptAnswers` holds of it is said there.

        Returns:
            Whether there was one.

        Raises:
            ResultIdError: It is no result id.
            ResultLogUnavailableError: The log did not answer.
        """
        ...

    def set_feedback(self, result_id: str, label: str) -> ResultRecord | None:
        """Keep which label is right; returns the record, or nothing where there is none.

        Args:
            result_id: The record's.
            label: The right label; that it is one of the record's is for the caller to check.

        Raises:
            ResultIdError: It is no result id.
            ResultLogUnavailableError: The log did not answer.
        """
        ...

    def close(self) -> None:
        """Close what is open; nothing is asked of the log after it."""
        ...


def open_result_log(
    uri: str,
    environ: Mapping[str, str],
    *,
    retention_days: int = Settings.retention_days,
) -> ResultLog | None:
    """Open the log that a URI names; nothing where results are not recorded.

    Args:
        uri: ``dynamodb://table``, ``sqlite:///path`` or ``none:``. As SQLAlchemy has it, three
            slashes go before a path from the working folder (``sqlite:///results.db``), and four
            begin one from the root (``sqlite:////var/lib/results.db``).
        environ: Region, credentials and endpoint, by the names that every AWS SDK reads.
        retention_days: How far back a list of a table goes.

    Raises:
        AwsSetupError: The AWS region is not known.
        ResultLogOpenError: The SQLite database cannot be opened, or is a newer one.
        ResultLogUriError: The URI is of another kind.
    """
    if uri == OFF:
        return None
    scheme, _, place = uri.partition("://")
    if scheme == "dynamodb" and place and "/" not in place:
        from windvane.result_log.dynamodb.dynamodb_log import DynamoDbResultLog

        return DynamoDbResultLog(place, environ, retention_days=retention_days)
    if scheme == "sqlite" and place.startswith("/") and len(place) > 1:
        from windvane.result_log.sqlite.sqlite_log import SqliteResultLog

        return SqliteResultLog(place[1:])
    raise ResultLogUriError(
        f"WINDVANE_RESULT_LOG_URI is {uri!r}; allowed is dynamodb://table, sqlite:///path or {OFF}"
    )
