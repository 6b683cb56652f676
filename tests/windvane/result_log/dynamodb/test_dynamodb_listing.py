"""What is particular to lists of a table: partitions side by side, and the time that they take."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.moto_server import KEYS
from tests.windvane.aws.fake_aws import Act, Exchange, FakeAws, answer_json, hang, refuse
from tests.windvane.result_log.records import make_record, make_record_at, open_dynamodb_log
from windvane.result_log.dynamodb.dynamodb_items import to_item, to_key
from windvane.result_log.errors import ResultLogUnavailableError
from windvane.result_log.query import ResultQuery
from windvane.result_log.record import SECONDS_A_DAY, ResultRecord
from windvane.result_log.result_id import first_result_id, read_created_ms

StartAws = Callable[..., FakeAws]
MS_A_DAY = SECONDS_A_DAY * 1000
PARTITIONS = 16
SHORT = 0.3
SLACK = 0.5
NOTHING = answer_json({"Items": []})


@pytest.fixture
def short_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a list have less time than usual, so that the tests take less."""
    monkeypatch.setattr("windvane.result_log.dynamodb.dynamodb_listing.READ_SECONDS", SHORT)


def _environ(aws: FakeAws) -> dict[str, str]:
    return {**KEYS, "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": aws.url}


def _read_range(exchange: Exchange) -> tuple[str, str, str]:
    values = exchange.asked.json["ExpressionAttributeValues"]
    return values[":pk"]["S"], values[":first"]["S"], values[":last"]["S"]


def _keep_only(records: Sequence[ResultRecord], *, at_once: int) -> Act:
    """Answer as a table of these records does, so many items at once."""

    def act(exchange: Exchange) -> None:
        partition, first, last = _read_range(exchange)
        found = sorted(
            (record for record in records if to_key(record.result_id)["pk"] == {"S": partition}),
            key=lambda record: record.result_id,
            reverse=True,
        )
        found = [record for record in found if first <= record.result_id <= last]
        answered: dict[str, Any] = {"Items": [to_item(record) for record in found[:at_once]]}
        if len(found) >= at_once:
            answered["LastEvaluatedKey"] = to_key(found[at_once - 1].result_id)
        answer_json(answered)(exchange)

    return act


def _hang_before(created_ms: int, act: Act) -> Act:
    """Do an act for newer days, and nothing for those that end before a moment."""

    def choose(exchange: Exchange) -> None:
        _, _, last = _read_range(exchange)
        (hang if last < first_result_id(created_ms) else act)(exchange)

    return choose


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


@pytest.mark.parametrize("at_once", [1, 2, 5])
def test_list_is_in_order_however_few_items_come_at_once(start_aws: StartAws, at_once: int) -> None:
    now_ms = _now_ms()
    records = [make_record_at(now_ms - number) for number in range(50)]
    aws = start_aws(_keep_only(records, at_once=at_once))

    with open_dynamodb_log("results", _environ(aws), retention_days=1) as log:
        first = log.list(ResultQuery(limit=20))
        rest = log.list(ResultQuery(limit=200, cursor=first.cursor))

    newest_first = sorted(records, key=lambda record: record.result_id, reverse=True)
    assert [*first.results, *rest.results] == newest_first
    assert rest.cursor is None


def test_list_asks_each_partition_of_each_day_of_the_retention_once(start_aws: StartAws) -> None:
    aws = start_aws(NOTHING)

    with open_dynamodb_log("results", _environ(aws), retention_days=3) as log:
        page = log.list(ResultQuery())

    asked = [asked.json["ExpressionAttributeValues"][":pk"]["S"] for asked in aws.asked]
    assert page.cursor is None
    assert len(asked) == len(set(asked)) == 4 * PARTITIONS
    assert len({asked.client for asked in aws.asked}) <= 8


def test_list_asks_no_further_back_than_it_is_told(start_aws: StartAws) -> None:
    aws = start_aws(NOTHING)
    noon_ms = _now_ms() // MS_A_DAY * MS_A_DAY - MS_A_DAY // 2

    with open_dynamodb_log("results", _environ(aws)) as log:
        log.list(ResultQuery(from_ms=noon_ms, to_ms=noon_ms + 1000))

    days = {a.json["ExpressionAttributeValues"][":pk"]["S"].partition("#")[0] for a in aws.asked}
    assert len(days) == 1
    assert len(aws.asked) == PARTITIONS


def test_list_stops_asking_once_its_page_is_full(start_aws: StartAws) -> None:
    records = [make_record_at(_now_ms() - number) for number in range(40)]
    aws = start_aws(_keep_only(records, at_once=1000))

    with open_dynamodb_log("results", _environ(aws)) as log:
        page = log.list(ResultQuery(limit=10))

    assert len(page.results) == 10
    assert len(aws.asked) <= 2 * PARTITIONS  # the records may lie on both sides of midnight


@pytest.mark.usefixtures("short_reads")
def test_list_answers_what_it_has_when_its_time_is_over(start_aws: StartAws) -> None:
    now_ms = _now_ms()
    records = [make_record_at(now_ms - days * MS_A_DAY) for days in range(5)]
    table = _keep_only(records, at_once=1000)
    today = now_ms - now_ms % MS_A_DAY
    started = time.monotonic()

    with open_dynamodb_log(
        "results", _environ(start_aws(_hang_before(today - MS_A_DAY, table))), retention_days=9
    ) as log:
        short = log.list(ResultQuery())
    seconds = time.monotonic() - started
    with open_dynamodb_log("results", _environ(start_aws(table)), retention_days=9) as log:
        rest = log.list(ResultQuery(cursor=short.cursor))

    assert short.results == records[:2]
    assert short.cursor is not None
    assert read_created_ms(short.cursor) == today - MS_A_DAY
    assert [*short.results, *rest.results] == records
    assert seconds < SHORT + SLACK


@pytest.mark.usefixtures("short_reads")
@pytest.mark.parametrize("act", [hang, refuse("AccessDeniedException")], ids=["hangs", "refuses"])
def test_list_says_that_dynamodb_did_not_answer_at_all(start_aws: StartAws, act: Act) -> None:
    started = time.monotonic()

    with (
        open_dynamodb_log("results", _environ(start_aws(act))) as log,
        pytest.raises(ResultLogUnavailableError, match="dynamodb"),
    ):
        log.list(ResultQuery(cursor=make_record().result_id))

    assert time.monotonic() - started < SHORT + SLACK


def _keep_with_index(
    records: Sequence[ResultRecord], *, lagging: Sequence[ResultRecord] = (), at_most: int = 100
) -> Act:
    """Answer as a table of these records and its index do.

    Args:
        records: What the table has.
        lagging: What the index does not have yet, or still has.
        at_most: Items that a batch answers with; the other keys are left unprocessed.
    """
    indexed = {record.result_id: record for record in (*records, *lagging)}
    by_id = {record.result_id: record for record in records}
    if set(by_id) >= {record.result_id for record in lagging}:
        indexed = {name: one for name, one in by_id.items() if one not in lagging}

    def act(exchange: Exchange) -> None:
        asked = exchange.asked.json
        if "RequestItems" in asked:
            [(table, wanted)] = asked["RequestItems"].items()
            assert wanted["ConsistentRead"] is True
            ids = [key["result_id"]["S"] for key in wanted["Keys"]]
            found = [to_item(by_id[name]) for name in ids[:at_most] if name in by_id]
            left = {table: {**wanted, "Keys": wanted["Keys"][at_most:]}}
            undone = left if ids[at_most:] else {}
            answer_json({"Responses": {table: found}, "UnprocessedKeys": undone})(exchange)
            return
        partition, first, last = _read_range(exchange)
        source = indexed if "IndexName" in asked else by_id
        key = "client_pk" if "IndexName" in asked else "pk"
        client = asked["ExpressionAttributeValues"].get(":client", {}).get("S")
        items = [
            item
            for item in (to_item(source[name]) for name in sorted(source, reverse=True))
            if item.get(key) == {"S": partition}
            and first <= item["result_id"]["S"] <= last
            and (client is None or item.get("client") == {"S": client})
        ]
        answer_json({"Items": items[: asked["Limit"]]})(exchange)

    return act


def _is_batch(asked: Any) -> bool:
    return "RequestItems" in asked.json


def test_list_of_a_client_asks_the_index_and_not_the_days(start_aws: StartAws) -> None:
    now_ms = _now_ms()
    others = [make_record_at(now_ms - 60_000 - n, client="another") for n in range(300)]
    own = [make_record_at(now_ms - days * MS_A_DAY, client="partner") for days in (7, 20)]
    aws = start_aws(_keep_with_index([*others, *own]))

    with open_dynamodb_log("results", _environ(aws), retention_days=30) as log:
        page = log.list(ResultQuery(client="partner"))

    assert page.results == own
    assert page.cursor is None
    # The last seconds in the table (on both sides of midnight, at worst), then the index.
    assert len(aws.asked) <= 3 * PARTITIONS + 1
    assert sum("IndexName" in asked.json for asked in aws.asked if not _is_batch(asked)) == 16


def test_list_of_a_client_has_what_the_index_lacks_yet(start_aws: StartAws) -> None:
    now_ms = _now_ms()
    old, new = (make_record_at(now_ms - ms, client="partner") for ms in (60_000, 0))
    aws = start_aws(_keep_with_index([old, new], lagging=[new]))

    with open_dynamodb_log("results", _environ(aws)) as log:
        page = log.list(ResultQuery(client="partner"))

    assert page.results == [new, old]


def test_list_of_a_client_lacks_what_the_index_still_has(start_aws: StartAws) -> None:
    old_ms = _now_ms() - 60_000
    kept, erased = (
        make_record_at(old_ms, client="partner"),
        make_record_at(old_ms, client="partner"),
    )
    aws = start_aws(_keep_with_index([kept], lagging=[erased]))

    with open_dynamodb_log("results", _environ(aws)) as log:
        page = log.list(ResultQuery(client="partner"))

    assert page.results == [kept]
    assert page.damaged == 0


@pytest.mark.parametrize("limit", [7, 200])
def test_list_of_a_client_sends_keys_again_that_were_left_undone(
    start_aws: StartAws, limit: int
) -> None:
    old_ms = _now_ms() - 60_000
    records = [make_record_at(old_ms - n, client="partner") for n in range(60)]
    aws = start_aws(_keep_with_index(records, at_most=10))

    with open_dynamodb_log("results", _environ(aws)) as log:
        page = log.list(ResultQuery(client="partner", limit=limit))

    assert page.results == records[:limit]
    read = [
        asked.json["RequestItems"]["results"]["Keys"] for asked in aws.asked if _is_batch(asked)
    ]
    assert max(map(len, read)) <= 25


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"Responses": {"results": [{}]}},
        {"Responses": {"results": {}}},
        {"Responses": {"results": [{"result_id": {"S": 1}}]}},
        {"Responses": []},
        {"Responses": {}, "UnprocessedKeys": []},
    ],
)
def test_list_of_a_client_refuses_a_batch_of_another_form(
    start_aws: StartAws, answer: dict[str, Any]
) -> None:
    table = _keep_with_index([make_record_at(_now_ms() - 60_000, client="partner")])

    def act(exchange: Exchange) -> None:
        (answer_json(answer) if _is_batch(exchange.asked) else table)(exchange)

    cursor = make_record_at(_now_ms() - 30_000).result_id
    with (
        open_dynamodb_log("results", _environ(start_aws(act))) as log,
        pytest.raises(ResultLogUnavailableError, match="without valid"),
    ):
        log.list(ResultQuery(client="partner", cursor=cursor))
