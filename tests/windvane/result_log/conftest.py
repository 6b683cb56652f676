from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.moto_server import MotoServer
from tests.windvane.result_log.records import give_moto_time, open_dynamodb_log
from windvane.result_log.dynamodb.dynamodb_log import DynamoDbResultLog
from windvane.result_log.result_log import ResultLog
from windvane.result_log.sqlite.sqlite_log import SqliteResultLog

LOGS = ["dynamodb", "sqlite"]
"""Every kind of log; ``<kind>_log`` is the fixture that makes one."""

RETENTION_DAYS = 6
"""How far back a table is listed: moto takes its time for each of a day's 16 partitions."""


@pytest.fixture
def dynamodb_log(
    moto_server: MotoServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DynamoDbResultLog]:
    table = moto_server.make_result_table()
    give_moto_time(monkeypatch)
    with open_dynamodb_log(table, moto_server.environ, retention_days=RETENTION_DAYS) as log:
        yield log


@pytest.fixture
def sqlite_path(tmp_path: Path) -> Path:
    """Where `sqlite_log` is."""
    return tmp_path / "kept" / "results.db"


@pytest.fixture
def sqlite_log(sqlite_path: Path) -> Iterator[SqliteResultLog]:
    with closing(SqliteResultLog(str(sqlite_path))) as log:
        yield log


@pytest.fixture(params=LOGS)
def result_log(request: pytest.FixtureRequest) -> ResultLog:
    """Each kind of log in turn."""
    log: ResultLog = request.getfixturevalue(f"{request.param}_log")
    return log
