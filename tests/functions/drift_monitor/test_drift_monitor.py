import importlib
import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from functions.drift_monitor import recent_records
from functions.drift_monitor.drift_monitor import DriftMonitor, NoResultLogError
from functions.drift_monitor.recent_records import PERIOD_MS, read_recent
from tests.log_lines import LogLines
from tests.windvane.api.lambda_context import FakeLambdaContext
from tests.windvane.monitoring.observations import draw_observations
from tests.windvane.monitoring.profiled_bundles import write_profiled_bundle
from windvane.facts import DRIFT_FEATURES, MetricName
from windvane.inference.manifest import read_manifest
from windvane.monitoring.errors import ProfileError
from windvane.monitoring.observation import Observation
from windvane.result_log.errors import ResultLogUnavailableError
from windvane.result_log.query import MAX_LIMIT, ResultPage, ResultQuery
from windvane.result_log.record import ResultRecord
from windvane.result_log.result_id import new_result_id

ENVIRON = {"LIVE_FUNCTION": "windvane-dev", "AWS_LAMBDA_FUNCTION_NAME": "windvane-dev-monitor"}
TEXT = "xyzzy secret"


class PagedLog:
    """Answers records in pages, and keeps the queries."""

    def __init__(self, records: Sequence[ResultRecord]) -> None:
        self.queries: list[ResultQuery] = []
        self._records = records

    def list(self, query: ResultQuery) -> ResultPage:
        self.queries.append(query)
        start = int(query.cursor or 0)
        end = start + query.limit
        more = str(end) if end < len(self._records) else None
        return ResultPage(self._records[start:end], more)


def to_records(observations: Sequence[Observation], model: str) -> list[ResultRecord]:
    now = time.time_ns() // 1_000_000
    created_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return [
        ResultRecord(
            **{**msgspec.structs.asdict(one), "model": model, "created_at": created_at},
            result_id=new_result_id(now),
            scores={one.label: one.score},
            route="/sentiment",
            expires_at=4_102_444_800,
            text=TEXT,
        )
        for one in observations
    ]


@pytest.fixture
def bundle(tiny_bundle: Path, tmp_path: Path) -> Path:
    return write_profiled_bundle(tiny_bundle, tmp_path / "profiled")


def run(bundle: Path, records: Sequence[ResultRecord]) -> Any:
    return DriftMonitor(ENVIRON, lambda _: str(bundle), PagedLog(records)).run()


def read_metrics(printed: str) -> Any:
    [line] = [json.loads(line) for line in printed.splitlines() if '"_aws"' in line]
    assert line.pop("function") == "windvane-dev-monitor"
    del line["_aws"]
    return {name: value for name, [value] in line.items()}


def test_monitor_writes_what_the_days_results_differ_by(
    bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = read_manifest(bundle).model_id

    said = run(bundle, to_records(draw_observations(1_000, 2), model))

    printed = capsys.readouterr().out
    metrics = read_metrics(printed)
    assert said == {"model": model, "records": 1_000, "exceeded": []}
    assert metrics[MetricName.DRIFT_RECORDS] == 1_000
    assert metrics[MetricName.DRIFT_EXCEEDED] == 0
    assert 0 <= metrics["Drift.score.psi"] < 0.1
    assert TEXT not in printed


def test_monitor_counts_the_figures_that_are_beyond_their_limits(
    bundle: Path, capsys: pytest.CaptureFixture[str], log_lines: LogLines
) -> None:
    drifted = draw_observations(1_000, 2, shares=(0.9, 0.05, 0.05), mean_tokens=60)

    said = run(bundle, to_records(drifted, read_manifest(bundle).model_id))

    metrics = read_metrics(capsys.readouterr().out)
    assert {"label psi", "tokens psi"} <= set(said["exceeded"])
    assert metrics[MetricName.DRIFT_EXCEEDED] == len(said["exceeded"])
    assert metrics["Drift.label.psi"] > 0.1
    assert [line["level"] for line in log_lines()] == ["WARNING"]


def test_limits_of_the_stage_take_the_place_of_the_defaults(bundle: Path) -> None:
    drifted = draw_observations(1_000, 2, shares=(0.9, 0.05, 0.05), mean_tokens=60)
    records = to_records(drifted, read_manifest(bundle).model_id)
    limits = {"label": {"js": 0.05}, "tokens": {"psi": 100}}
    environ = {**ENVIRON, "DRIFT_LIMITS": json.dumps(limits)}

    said = DriftMonitor(environ, lambda _: str(bundle), PagedLog(records)).run()

    assert said["exceeded"] == ["label js"]


def test_monitor_names_the_features_that_the_dashboard_shows(
    bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(bundle, to_records(draw_observations(200, 2), read_manifest(bundle).model_id))

    names = read_metrics(capsys.readouterr().out)
    written = {name.split(".")[1] for name in names if name.endswith(".psi")}
    assert written == set(DRIFT_FEATURES) - {"language"}  # which this profile lacks


def test_day_without_results_of_the_live_bundle_is_no_drift(
    bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = run(bundle, to_records(draw_observations(200, 2), "other@0123456789ab"))

    assert said["records"] == 0
    assert read_metrics(capsys.readouterr().out) == {MetricName.DRIFT_RECORDS: 0}


def test_bundle_without_a_profile_fails(tiny_bundle: Path) -> None:
    with pytest.raises(ProfileError, match="has no reference profile"):
        run(tiny_bundle, [])


def test_monitor_without_a_result_log_fails() -> None:
    with pytest.raises(NoResultLogError):
        DriftMonitor({**ENVIRON, "WINDVANE_RESULT_LOG_URI": "none:"})


def test_a_day_is_read_page_by_page() -> None:
    log = PagedLog(to_records(draw_observations(2 * MAX_LIMIT + 1, 2), "m@0123456789ab"))

    read = list(read_recent(log))

    now = time.time_ns() // 1_000_000
    assert len(read) == 2 * MAX_LIMIT + 1
    assert [query.cursor for query in log.queries] == [None, "200", "400"]
    for query in log.queries:
        assert now - 5_000 < (query.from_ms or 0) + PERIOD_MS <= now


@pytest.mark.parametrize(("bound", "value"), [("MOST_RECORDS", 300), ("READ_SECONDS", 0.0)])
def test_reading_ends_at_its_bounds_and_says_so(
    monkeypatch: pytest.MonkeyPatch, log_lines: LogLines, bound: str, value: float
) -> None:
    monkeypatch.setattr(recent_records, bound, value)
    log = PagedLog(to_records(draw_observations(5 * MAX_LIMIT, 2), "m@0123456789ab"))

    read = list(read_recent(log))

    [line] = log_lines()
    assert len(read) < 5 * MAX_LIMIT
    assert (line["message"], line["read"]) == ("older records not read", len(read))


def test_log_that_does_not_answer_fails_the_run(bundle: Path) -> None:
    class AwayLog:
        def list(self, query: ResultQuery) -> ResultPage:
            raise ResultLogUnavailableError("away")

    with pytest.raises(ResultLogUnavailableError, match="away"):
        DriftMonitor(ENVIRON, lambda _: str(bundle), AwayLog()).run()


def test_handler_runs_for_any_event(
    bundle: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("WINDVANE_RESULT_LOG_URI", f"sqlite:///{tmp_path / 'results.db'}")
    monkeypatch.setattr("windvane.live_bundle.find_live_bundle", lambda _: str(bundle))
    app = importlib.reload(importlib.import_module("functions.drift_monitor.drift_monitor"))
    module = importlib.import_module("functions.drift_monitor.handler")
    handler = importlib.reload(module).handler

    for event in ({"detail-type": "Scheduled Event"}, None):
        assert handler(event, FakeLambdaContext())["records"] == 0

    module._monitor._log.close()
    importlib.reload(app)
