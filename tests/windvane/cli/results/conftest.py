from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.windvane.result_log.records import make_record
from windvane.cli.main import windvane
from windvane.result_log.record import ResultRecord
from windvane.result_log.sqlite.sqlite_log import SqliteResultLog

Run = Callable[..., Result]


@pytest.fixture
def log_path(tmp_path: Path) -> Path:
    return tmp_path / "results.db"


@pytest.fixture
def result_log(log_path: Path) -> Iterator[SqliteResultLog]:
    log = SqliteResultLog(str(log_path))
    yield log
    log.close()


@pytest.fixture
def run(log_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `windvane results` on the log."""
    monkeypatch.setenv("WINDVANE_RESULT_LOG_URI", f"sqlite:///{log_path}")
    return lambda *arguments: CliRunner().invoke(windvane, ["results", *arguments])


@pytest.fixture
def records(result_log: SqliteResultLog) -> list[ResultRecord]:
    """Three results, newest first: one corrected, one confirmed, one without its text."""
    records = [
        make_record(label="positive", text="so good", feedback_label="neutral"),
        make_record(label="negative", text='=1+1, "quoted"\nand broken', feedback_label="negative"),
        make_record(label="negative"),
    ]
    result_log.write(records)
    return sorted(records, key=lambda record: record.result_id, reverse=True)
