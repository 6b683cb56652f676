"""Records to keep, and logs to keep them in."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from windvane.inference.predictions import Prediction
from windvane.result_log.dynamodb.dynamodb_log import DynamoDbResultLog
from windvane.result_log.errors import ResultLogUnavailableError
from windvane.result_log.idempotency_records import ClaimedKey, IdempotencyRecords, KeyClaim
from windvane.result_log.query import Deletion, ResultPage, ResultQuery
from windvane.result_log.record import RecordMaker, ResultRecord
from windvane.result_log.result_id import new_result_id, to_timestamp
from windvane.result_log.sqlite.sqlite_database import SqliteDatabase
from windvane.result_log.sqlite.sqlite_inbox import Inbox

PREDICTION = Prediction(
    label="positive",
    score=0.98,
    scores={"negative": 0.019999, "neutral": 1e-06, "positive": 0.98},
    tokens=5,
    windows=1,
)
MAKER = RecordMaker(store_text="none", retention_days=30)

LONG = 20.0
MOTO_SECONDS = 30
"""On a busy machine moto takes longer than DynamoDB is given."""


def make_record(**fields: Any) -> ResultRecord:
    """Make a record that is a month from expiry, with some fields set."""
    record = MAKER.make("I love it", PREDICTION, model="tiny@0123456789ab", route="/sentiment")
    return msgspec.structs.replace(record, **fields)


def make_expired_record() -> ResultRecord:
    """Make a record that should be gone."""
    return make_record(expires_at=int(time.time()) - 1)


def make_record_at(created_ms: int, **fields: Any) -> ResultRecord:
    """Make a record of a moment, with some fields set."""
    result_id = new_result_id(created_ms)
    return make_record(result_id=result_id, created_at=to_timestamp(created_ms), **fields)


def empty_inbox(path: Path) -> None:
    """Have SQLite take all records now, from a process's own view of the log."""
    with closing(SqliteDatabase(path)) as database:
        Inbox(database).empty(LONG)


def change_row(path: Path, result_id: str, column: str, value: object) -> None:
    """Change a row of SQLite by hand; bytes become a text that may be no UTF-8."""
    empty_inbox(path)
    text = "CAST(? AS TEXT)" if isinstance(value, bytes) else "?"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        statement = f"UPDATE results SET {column} = {text} WHERE result_id = ?"  # noqa: S608 - ours
        assert connection.execute(statement, (value, result_id)).rowcount == 1


@contextmanager
def open_dynamodb_log(
    table: str, environ: Mapping[str, str], *, retention_days: int = 30
) -> Iterator[DynamoDbResultLog]:
    """Open a log until the block ends."""
    with closing(DynamoDbResultLog(table, environ, retention_days=retention_days)) as log:
        yield log


def give_moto_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let logs wait for moto longer than for DynamoDB."""
    for module in ("dynamodb_log", "dynamodb_idempotency", "dynamodb_listing"):
        monkeypatch.setattr(f"windvane.result_log.dynamodb.{module}.READ_SECONDS", MOTO_SECONDS)
    for module in ("dynamodb_log", "dynamodb_idempotency"):
        monkeypatch.setattr(f"windvane.result_log.dynamodb.{module}.WRITE_SECONDS", MOTO_SECONDS)


class FakeResultLog:
    """Keeps records in memory, or fails."""

    def __init__(self, *, reason: str = "") -> None:
        self.records: dict[str, ResultRecord] = {}
        self.idempotency_records: IdempotencyRecords = FakeIdempotencyRecords(self._fail)
        self._reason = reason

    def write(self, records: Sequence[ResultRecord]) -> None:
        self._fail()
        self.records |= {record.result_id: record for record in records}

    def read(self, result_id: str, *, client: str | None = None) -> ResultRecord | None:
        self._fail()
        record = self.records.get(result_id)
        return record if record and client in {None, record.client} else None

    def list(self, query: ResultQuery) -> ResultPage:
        self._fail()
        newest_first = [self.records[name] for name in sorted(self.records, reverse=True)]
        found = [
            one
            for one in newest_first
            if query.client in {None, one.client} and query.subject_hash in {None, one.subject_hash}
        ]
        return ResultPage(found[: query.limit])

    def delete(self, result_id: str, *, client: str | None = None) -> bool:
        if self.read(result_id, client=client) is None:
            return False
        return self.records.pop(result_id, None) is not None

    def delete_matching(self, query: ResultQuery, seconds: float) -> Deletion:
        found = self.list(msgspec.structs.replace(query, limit=len(self.records))).results
        for record in found:
            del self.records[record.result_id]
        return Deletion(len(found), remaining=False)

    def read_subject_key(self) -> bytes | None:
        self._fail()
        return None

    def set_feedback(
        self, result_id: str, label: str, *, client: str | None = None
    ) -> ResultRecord | None:
        if not (record := self.read(result_id, client=client)):
            return None
        self.records[result_id] = msgspec.structs.replace(record, feedback_label=label)
        return self.records[result_id]

    def close(self) -> None:
        """Nothing is open."""

    def _fail(self) -> None:
        if self._reason:
            raise ResultLogUnavailableError(self._reason)


class FakeIdempotencyRecords:
    """Keeps answers in memory; ``fail`` may raise.

    Attributes:
        kept: Request hash and answer by key hash; no answer while a claim holds.
    """

    def __init__(self, fail: Callable[[], None] = lambda: None) -> None:
        self.kept: dict[str, ClaimedKey] = {}
        self.fail = fail

    def claim(self, claim: KeyClaim) -> ClaimedKey | None:
        self.fail()
        if claim.key_hash in self.kept:
            return self.kept[claim.key_hash]
        self.kept[claim.key_hash] = ClaimedKey(claim.request_hash, None)
        return None

    def renew(self, claim: KeyClaim) -> bool:
        self.fail()
        return claim.key_hash in self.kept

    def store(self, claim: KeyClaim, response: bytes) -> bool:
        self.fail()
        self.kept[claim.key_hash] = ClaimedKey(claim.request_hash, response)
        return True

    def release(self, claim: KeyClaim) -> None:
        self.fail()
        del self.kept[claim.key_hash]
