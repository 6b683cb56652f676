"""The result log's protocol, and how a URI opens one."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from windvane.result_log.errors import ResultLogUriError
from windvane.result_log.record import ResultRecord
from windvane.settings import Settings

if TYPE_CHECKING:
    from windvane.result_log.idempotency_records import IdempotencyRecords
    from windvane.result_log.query import Deletion, ResultPage, ResultQuery

OFF = "none:"


class ResultLog(Protocol):
    """Keeps records; safe to call from several threads.

    With a ``client``, a record of another client, or of none, counts as one that is not there.
    """

    @property
    def idempotency_records(self) -> "IdempotencyRecords":
        """Idempotency records, stored in the same place."""
        ...

    def write(self, records: Sequence[ResultRecord]) -> None:
        """Store records durably: once this returns they can be read.

        Raises:
            ResultLogUnavailableError: Not all were stored, or not in time.
        """
        ...

    def read(self, result_id: str, *, client: str | None = None) -> ResultRecord | None:
        """Look up a record; None if there is none or it has expired.

        Raises:
            ResultIdError: It is no result id.
            ResultLogUnavailableError: The log did not answer.
        """
        ...

    def list(self, query: "ResultQuery") -> "ResultPage":
        """List records, newest first.

        A page may hold fewer records than the limit, or none, and still have a cursor: the search
        stops at a time limit, and the next page continues from the cursor.

        Raises:
            ResultIdError: The cursor is no result id.
            ResultLogUnavailableError: The log did not answer.
        """
        ...

    def delete(self, result_id: str, *, client: str | None = None) -> bool:
        """Erase a record; it is never read or listed again.

        See `IdempotencyRecords` for the stored responses that mention it.

        Returns:
            Whether there was such a record.

        Raises:
            ResultIdError: It is no result id.
            ResultLogUnavailableError: The log did not answer.
        """
        ...

    def delete_matching(self, query: "ResultQuery", seconds: float) -> "Deletion":
        """Erase all records of a query, the damaged ones too; its limit does not count.

        Args:
            query: Which records.
            seconds: How long to go on; a part is erased in any case.

        Raises:
            ResultLogUnavailableError: The log did not answer. Some records may be erased.
        """
        ...

    def set_feedback(
        self, result_id: str, label: str, *, client: str | None = None
    ) -> ResultRecord | None:
        """Store which label is right; return the record, or None if there is none.

        Args:
            result_id: The record's.
            label: The right label; the caller checks that it is one of the record's labels.
            client: Whose record it has to be; None for anybody's.

        Raises:
            ResultIdError: It is no result id.
            ResultLogUnavailableError: The log did not answer.
        """
        ...

    def read_subject_key(self) -> bytes | None:
        """Return the log's own key for the hashes of subjects; None if it keeps none.

        Raises:
            ResultLogUnavailableError: The log did not answer.
        """
        ...

    def close(self) -> None:
        """Close all connections; the log cannot be used afterwards."""
        ...


def open_result_log(
    uri: str,
    environ: Mapping[str, str],
    *,
    retention_days: int = Settings.retention_days,
) -> ResultLog | None:
    """Open the log that a URI names; None if results are not recorded.

    Args:
        uri: ``dynamodb://table``, ``sqlite:///path`` or ``none:``. As in SQLAlchemy, three
            slashes precede a path relative to the working folder (``sqlite:///results.db``), and
            four an absolute one (``sqlite:////var/lib/results.db``); ``~`` is the home folder.
        environ: Region, credentials and endpoint, by the names that every AWS SDK reads.
        retention_days: How far back a listing of a DynamoDB table goes.

    Raises:
        AwsSetupError: The AWS region is not known.
        ResultLogOpenError: The SQLite database cannot be opened, or was made by a newer version.
        ResultLogUriError: The URI is of another kind, or names no file.
    """
    if uri == OFF:
        return None
    scheme, _, place = uri.partition("://")
    if scheme == "dynamodb" and place and "/" not in place:
        from windvane.result_log.dynamodb.dynamodb_log import DynamoDbResultLog

        return DynamoDbResultLog(place, environ, retention_days=retention_days)
    if scheme == "sqlite":
        from windvane.result_log.sqlite.sqlite_uri import to_sqlite_path

        if path := to_sqlite_path(uri):
            from windvane.result_log.sqlite.sqlite_log import SqliteResultLog

            return SqliteResultLog(path)
    raise ResultLogUriError(
        f"WINDVANE_RESULT_LOG_URI is {uri!r}; allowed is dynamodb://table, sqlite:///path or {OFF}"
    )
