"""Records to keep, and logs to keep them in."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec

from functions.inference.predictions import Prediction
from functions.result_log.dynamodb import DynamoDbResultLog
from functions.result_log.errors import ResultLogUnavailableError
from functions.result_log.record import RecordMaker, ResultRecord

PREDICTION = Prediction(
    label="positive",
    score=0.98,
    scores={"negative": 0.019999, "neutral": 1e-06, "positive": 0.98},
    tokens=5,
    windows=1,
)
MAKER = RecordMaker(store_text="none", retention_days=30)


def make_record(**fields: Any) -> ResultRecord:
    """Make a record that is a month from expiry, with some fields set."""
    record = MAKER.make("I love it", PREDICTION, model="tiny@0123456789ab", route="/sentiment")
    return msgspec.structs.replace(record, **fields)


def make_expired_record() -> ResultRecord:
    """Make a record that should be gone."""
    return make_record(expires_at=int(time.time()) - 1)


@contextmanager
def open_dynamodb_log(table: str, environ: Mapping[str, str]) -> Iterator[DynamoDbResultLog]:
    """Open a log until the block ends; the log itself never closes what it opened."""
    log = DynamoDbResultLog(table, environ)
    yield log
    if connection := getattr(log._local, "connection", None):
        connection.close()


class FakeResultLog:
    """Keeps records in memory, or fails."""

    def __init__(self, *, reason: str = "") -> None:
        self.records: dict[str, ResultRecord] = {}
        self._reason = reason

    def write(self, records: Sequence[ResultRecord]) -> None:
        self._fail()
        self.records |= {record.result_id: record for record in records}

    def read(self, result_id: str) -> ResultRecord | None:
        self._fail()
        return self.records.get(result_id)

    def _fail(self) -> None:
        if self._reason:
            raise ResultLogUnavailableError(self._reason)
