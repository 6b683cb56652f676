"""Parts of the measurement; measuring itself needs root and a quiet machine."""

import json
import time
import urllib.request
from pathlib import Path

import pytest

from benchmarks.cost.cpu_share import CpuShareError, leave_group, limit_cpu
from benchmarks.cost.limited_function import LimitedFunction, find_metrics
from benchmarks.cost.record_size import count_write_units, measure_item
from benchmarks.cost.request_figures import count_log_bytes
from benchmarks.cost.result_table_server import serve_result_table
from benchmarks.cost.workload import Case, build_event, build_texts
from benchmarks.lambda_function import FunctionError
from tests.benchmarks.fake_emulator import FakeEmulator


def test_measure_item_follows_the_rules_of_dynamodb() -> None:
    item = {
        "pk": {"S": "abcd"},  # 2 + 4
        "score": {"N": "0.98"},  # 5 + 1 for two digits + 1
        "scores": {"M": {"a": {"N": "100"}}},  # 6 + 3 + 1 for the entry + 1 + 1 + 1
    }

    assert measure_item(item) == 6 + 7 + 13


@pytest.mark.parametrize(("item_bytes", "units"), [(1, 1), (1024, 1), (1024.5, 2), (4096, 4)])
def test_count_write_units_counts_each_kilobyte_begun(item_bytes: float, units: int) -> None:
    assert count_write_units(item_bytes) == units


def test_count_log_bytes_adds_what_cloudwatch_adds_to_each_line() -> None:
    assert count_log_bytes(["abc", "ä"]) == 3 + 26 + 2 + 26


def test_find_metrics_reads_embedded_metrics_among_other_lines() -> None:
    directive = {"Namespace": "W", "Metrics": [{"Name": "Texts"}, {"Name": "Score"}]}
    log = [json.dumps({"_aws": {"CloudWatchMetrics": [directive]}}), '{"message": "x"}', "text"]

    assert find_metrics(log) == {"Texts", "Score"}


def test_build_event_of_a_batch_holds_each_text() -> None:
    event = build_event(Case("tweet", 25))

    assert event["path"] == "/v1/classify"
    assert len(json.loads(event["body"])["texts"]) == 25


def test_build_event_of_one_text_asks_the_route_for_one() -> None:
    event = build_event(Case("review", 1))

    assert event["path"] == "/sentiment"
    assert json.loads(event["body"])["text"] == build_texts("review")[0]


def test_limit_cpu_gives_the_share_of_the_memory_in_either_version(tmp_path: Path) -> None:
    v1, v2 = tmp_path / "v1", tmp_path / "v2"
    (v1 / "cpu").mkdir(parents=True)
    v2.mkdir()

    with limit_cpu(1769, root=v1) as processes:
        written = {path.name: path.read_text() for path in processes.parent.iterdir()}
        _empty(processes.parent)
    with limit_cpu(512, root=v2) as processes:
        [limit] = processes.parent.iterdir()
        quota = limit.read_text()
        _empty(processes.parent)

    assert written == {"cpu.cfs_period_us": "20000", "cpu.cfs_quota_us": "20000"}
    assert (limit.name, quota) == ("cpu.max", "5789 20000")


def test_leave_group_moves_a_process_to_the_groups_parent(tmp_path: Path) -> None:
    with limit_cpu(1769, root=tmp_path) as processes:
        leave_group(processes, 42)
        _empty(processes.parent)

    assert (tmp_path / "cgroup.procs").read_text() == "42"


def test_limit_cpu_says_what_it_needs_where_it_cannot(tmp_path: Path) -> None:
    with (
        pytest.raises(CpuShareError, match="Linux and root"),
        limit_cpu(1769, root=tmp_path / "no"),
    ):
        pass


def test_limited_function_reads_durations_as_the_emulator_reports_them(tmp_path: Path) -> None:
    emulator = FakeEmulator(tmp_path / "log")
    function = LimitedFunction(emulator)

    for duration in ("368.57", "11.5"):
        emulator.duration = duration
        function.invoke({"path": "/x"})
    first = function.read_log()
    emulator.duration = "7.01"
    function.invoke({"path": "/y"})
    second = function.read_log()

    assert (first.durations_ms, first.billed_ms) == ([368.57, 11.5], [369, 12])
    assert first.lines == ['{"path": "/x"}'] * 2
    assert (second.durations_ms, second.billed_ms) == ([7.01], [8])
    assert second.lines == ['{"path": "/y"}']


def test_limited_function_names_a_response_that_is_not_200(tmp_path: Path) -> None:
    function = LimitedFunction(FakeEmulator(tmp_path / "log", status=500))

    with pytest.raises(FunctionError, match="500"):
        function.invoke({"path": "/x"})


def test_result_table_takes_records_and_the_time_that_is_assumed() -> None:
    item = {"pk": {"S": "a"}}
    body = {"RequestItems": {"results": [{"PutRequest": {"Item": item}}]}}

    with serve_result_table(wait_ms=30.0, wait_ms_per_record=10.0) as table:
        started = time.perf_counter()
        request = urllib.request.Request(table.url, json.dumps(body).encode())  # noqa: S310
        with urllib.request.urlopen(request) as response:  # noqa: S310 - loopback
            result = json.load(response)
        seconds = time.perf_counter() - started

    assert result == {"UnprocessedItems": {}}
    assert table.last_items == [item]
    assert seconds >= 0.040


def _empty(group: Path) -> None:
    """Remove files, which a control group's are not."""
    for path in group.iterdir():
        path.unlink()
