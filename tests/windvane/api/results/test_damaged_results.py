"""Results whose record another program has damaged."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.log_lines import LogLines
from tests.windvane.api.clients import LambdaClient, post_json
from tests.windvane.result_log.records import change_row, make_record
from windvane.api.problems import PROBLEMS, ResultDamagedError
from windvane.result_log.record import ResultRecord
from windvane.result_log.sqlite.sqlite_log import SqliteResultLog

TEXT = "xyzzy-private"


@pytest.fixture
def records(result_log: SqliteResultLog, log_path: Path) -> Sequence[ResultRecord]:
    """Three records, newest first; the second is damaged."""
    records = [make_record(text=TEXT) for _ in range(3)]
    result_log.write(records)
    records.sort(key=lambda record: record.result_id, reverse=True)
    change_row(log_path, records[1].result_id, "scores", "{")
    return records


def test_list_leaves_the_damaged_result_out_and_counts_it(
    log_client: LambdaClient, records: Sequence[ResultRecord], log_lines: LogLines
) -> None:
    answer = log_client.send("GET", "/v1/results")

    first, damaged, last = (record.result_id for record in records)
    assert answer.status == 200
    assert [record["result_id"] for record in answer.json["results"]] == [first, last]
    assert (answer.json["damaged"], answer.json.get("cursor")) == (1, None)
    [line] = log_lines()
    assert (line["message"], line["result_ids"]) == ("damaged results", [damaged])
    assert TEXT not in str(line)


def test_list_counts_nothing_where_nothing_is_damaged(
    log_client: LambdaClient, records: Sequence[ResultRecord], log_lines: LogLines
) -> None:
    answer = log_client.send("GET", "/v1/results?limit=1")

    assert set(answer.json) == {"results", "cursor"}
    assert answer.json["cursor"] == records[0].result_id
    assert log_lines() == []


def test_page_of_one_damaged_result_goes_on(
    log_client: LambdaClient, records: Sequence[ResultRecord]
) -> None:
    first, damaged, last = (record.result_id for record in records)

    page = log_client.send("GET", f"/v1/results?limit=1&cursor={first}").json
    following = log_client.send("GET", f"/v1/results?limit=1&cursor={page['cursor']}").json

    assert page == {"results": [], "cursor": damaged, "damaged": 1}
    assert [record["result_id"] for record in following["results"]] == [last]


def test_damaged_result_is_a_problem_until_it_is_deleted(
    log_client: LambdaClient, records: Sequence[ResultRecord], log_lines: LogLines
) -> None:
    path = f"/v1/results/{records[1].result_id}"

    read = log_client.send("GET", path)
    corrected = post_json(log_client, f"{path}/feedback", {"label": "neutral"})
    deleted = log_client.send("DELETE", path)
    gone = log_client.send("GET", path)

    for answer in (read, corrected):
        assert (answer.status, answer.json["type"]) == (410, PROBLEMS[ResultDamagedError].type)
        assert answer.json["detail"].endswith("DELETE erases the record.")
        assert TEXT not in answer.body
    assert (deleted.status, gone.status) == (204, 404)
    assert [line["result_ids"] for line in log_lines()] == [[records[1].result_id]] * 2
