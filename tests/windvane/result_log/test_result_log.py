"""What every kind of result log promises, and which one a URI names."""

import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.windvane.result_log.records import make_expired_record, make_record, make_record_at
from windvane.aws.errors import AwsSetupError
from windvane.result_log.dynamodb.dynamodb_log import DynamoDbResultLog
from windvane.result_log.errors import ResultIdError, ResultLogUriError
from windvane.result_log.query import ResultPage, ResultQuery
from windvane.result_log.record import SECONDS_A_DAY, ResultRecord
from windvane.result_log.result_id import read_created_ms
from windvane.result_log.result_log import ResultLog, open_result_log

MS_A_DAY = SECONDS_A_DAY * 1000
ODD_TEXT = "grün 😀 \0 \x1b[31m טוב\n"


def test_result_log_reads_back_what_was_written(result_log: ResultLog) -> None:
    record = make_record()

    result_log.write([record])

    assert result_log.read(record.result_id) == record


@pytest.mark.parametrize(
    "fields",
    [
        {"text": ODD_TEXT},
        {"text_sha256": "0" * 64},
        {"feedback_label": "neutral"},
        {"client": "mobile-app"},
        {"label": "sehr gut 😀", "scores": {"sehr gut 😀": 0.5, "模型": 0.5}},
        {"score": 1e-06, "scores": {"positive": 1e-06, "negative": 1.0, "neutral": 0.0}},
        {"score": 0.333333, "tokens": 0, "chars": 1_000_000},
    ],
    ids=["text", "hash", "feedback", "client", "unicode", "small-numbers", "other-numbers"],
)
def test_result_log_keeps_every_field(result_log: ResultLog, fields: dict[str, object]) -> None:
    record = make_record(**fields)

    result_log.write([record])

    assert result_log.read(record.result_id) == record


def test_result_log_keeps_the_largest_batch(result_log: ResultLog) -> None:
    records = [make_record(chars=chars) for chars in range(100)]

    result_log.write(records)

    assert [result_log.read(record.result_id) for record in records] == records


def test_result_log_keeps_nothing_of_nothing(result_log: ResultLog) -> None:
    result_log.write([])

    assert result_log.read(make_record().result_id) is None


def test_result_log_may_be_written_the_same_again(result_log: ResultLog) -> None:
    records = [make_record() for _ in range(3)]
    result_log.write(records)

    result_log.write(records)

    assert [result_log.read(record.result_id) for record in records] == records


def test_result_log_tells_records_of_one_moment_apart(result_log: ResultLog) -> None:
    record, other = make_record(label="positive"), make_record(label="negative")
    neighbour = make_record(result_id=f"{record.result_id[:-1]}{other.result_id[-1]}")
    result_log.write([record, other])

    assert result_log.read(record.result_id) == record
    assert neighbour.result_id == record.result_id or result_log.read(neighbour.result_id) is None


def test_result_log_answers_nothing_for_an_id_it_does_not_have(result_log: ResultLog) -> None:
    assert result_log.read(make_record().result_id) is None


def test_result_log_answers_nothing_for_what_has_expired(result_log: ResultLog) -> None:
    record = make_expired_record()

    result_log.write([record])

    assert result_log.read(record.result_id) is None


NO_IDS = {
    "empty": "",
    "word": "one",
    "upper-case": "019AADD3-5A4F-7C1E-9D02-6B1F0A7C5E48",
    "version-4": "019aadd3-5a4f-4c1e-9d02-6b1f0a7c5e48",
}


@pytest.mark.parametrize("result_id", NO_IDS.values(), ids=NO_IDS.keys())
def test_result_log_says_what_an_id_is(result_log: ResultLog, result_id: str) -> None:
    with pytest.raises(ResultIdError, match="UUID of version 7"):
        result_log.read(result_id)
    with pytest.raises(ResultIdError, match="UUID of version 7"):
        result_log.delete(result_id)
    with pytest.raises(ResultIdError, match="UUID of version 7"):
        result_log.set_feedback(result_id, "positive")
    with pytest.raises(ResultIdError, match="UUID of version 7"):
        result_log.list(ResultQuery(cursor=result_id))


def test_result_log_serves_several_threads_at_once(result_log: ResultLog) -> None:
    records = [make_record(chars=chars) for chars in range(8)]

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda record: result_log.write([record]), records))
        found = list(pool.map(lambda record: result_log.read(record.result_id), records))
        pages = list(pool.map(lambda _: _list_all(result_log), range(4)))

    assert found == records
    assert all(page == _newest_first(records) for page in pages)


def test_result_log_erases_one_and_leaves_the_others(result_log: ResultLog) -> None:
    record, other = make_record(), make_record()
    result_log.write([record, other])

    assert result_log.delete(record.result_id)

    assert result_log.read(record.result_id) is None
    assert _list_all(result_log) == [other]


def test_result_log_says_that_there_was_nothing_to_erase(result_log: ResultLog) -> None:
    record, expired = make_record(), make_expired_record()
    result_log.write([record, expired])
    result_log.delete(record.result_id)

    assert not result_log.delete(record.result_id)
    assert not result_log.delete(expired.result_id)
    assert not result_log.delete(make_record().result_id)


def test_result_log_keeps_the_last_feedback(result_log: ResultLog) -> None:
    record = make_record()
    result_log.write([record])

    first = result_log.set_feedback(record.result_id, "neutral")
    last = result_log.set_feedback(record.result_id, "negative")

    assert first == msgspec.structs.replace(record, feedback_label="neutral")
    assert last == msgspec.structs.replace(record, feedback_label="negative")
    assert result_log.read(record.result_id) == last
    assert _list_all(result_log) == [last]


def test_result_log_keeps_no_feedback_on_what_is_not_there(result_log: ResultLog) -> None:
    missing, expired = make_record(), make_expired_record()
    result_log.write([expired])

    assert result_log.set_feedback(missing.result_id, "neutral") is None
    assert result_log.set_feedback(expired.result_id, "neutral") is None

    assert result_log.read(missing.result_id) is None
    assert _list_all(result_log) == []


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _newest_first(records: Iterable[ResultRecord]) -> list[ResultRecord]:
    return sorted(records, key=lambda record: record.result_id, reverse=True)


def _list_pages(log: ResultLog, query: ResultQuery) -> Iterator[ResultPage]:
    """List page by page, to the end."""
    cursor = query.cursor
    while True:
        page = log.list(msgspec.structs.replace(query, cursor=cursor))
        yield page
        if page.cursor is None:
            return
        assert cursor is None or page.cursor < cursor
        cursor = page.cursor


def _list_all(log: ResultLog, **fields: Any) -> list[ResultRecord]:
    pages = _list_pages(log, ResultQuery(**fields))
    return [record for page in pages for record in page.results]


@pytest.fixture
def days_of_records(result_log: ResultLog) -> list[ResultRecord]:
    """Records of four of the last six days, newest first; half of them positive."""
    now_ms = _now_ms()
    records = [
        make_record_at(
            now_ms - days * MS_A_DAY - number * 1000,
            label="negative" if number % 2 else "positive",
            chars=number,
        )
        for days in (0, 1, 2, 5)
        for number in range(30)
    ]
    result_log.write(records)
    return _newest_first(records)


def test_result_log_lists_nothing_of_nothing(result_log: ResultLog) -> None:
    assert result_log.list(ResultQuery()) == ResultPage([], None)


@pytest.mark.parametrize("limit", [1, 7, 120, 200])
def test_result_log_lists_newest_first_and_each_once(
    result_log: ResultLog, days_of_records: list[ResultRecord], limit: int
) -> None:
    wanted = days_of_records[: 10 * limit]

    pages = list(islice(_list_pages(result_log, ResultQuery(limit=limit)), 10))

    assert [record for page in pages for record in page.results] == wanted
    assert max(len(page.results) for page in pages) <= limit


def test_result_log_lists_records_of_one_millisecond_each_once(result_log: ResultLog) -> None:
    now_ms = _now_ms()
    records = [make_record_at(now_ms, chars=number) for number in range(60)]
    result_log.write(records)

    assert _list_all(result_log, limit=7) == _newest_first(records)


@pytest.mark.parametrize("label", ["positive", "negative", "neutral"])
@pytest.mark.parametrize("limit", [7, 200])
def test_result_log_lists_one_label(
    result_log: ResultLog, days_of_records: list[ResultRecord], label: str, limit: int
) -> None:
    found = _list_all(result_log, label=label, limit=limit)

    assert found == [record for record in days_of_records if record.label == label]


def test_result_log_lists_from_a_moment_and_up_to_another(
    result_log: ResultLog, days_of_records: list[ResultRecord]
) -> None:
    newest, oldest = days_of_records[20], days_of_records[80]
    from_ms, to_ms = (read_created_ms(record.result_id) for record in (oldest, newest))

    between = _list_all(result_log, from_ms=from_ms, to_ms=to_ms)
    until = _list_all(result_log, to_ms=to_ms, limit=200)
    since = _list_all(result_log, from_ms=from_ms, limit=200)
    positive = _list_all(result_log, from_ms=from_ms, to_ms=to_ms, label="positive")

    assert between == days_of_records[21:81]
    assert until == days_of_records[21:]
    assert since == days_of_records[:81]
    assert positive == [record for record in between if record.label == "positive"]


@pytest.mark.usefixtures("days_of_records")
@pytest.mark.parametrize(
    ("from_ms", "to_ms"),
    [(None, -1), (253_402_300_799_999, None), (2_000, 1_000), (-5_000, 0)],
    ids=["before-1970", "year-9999", "crossed", "negative"],
)
def test_result_log_lists_nothing_of_odd_times(
    result_log: ResultLog, from_ms: int | None, to_ms: int | None
) -> None:
    assert _list_all(result_log, from_ms=from_ms, to_ms=to_ms) == []


def test_result_log_cursor_survives_what_is_written_between_pages(
    result_log: ResultLog, days_of_records: list[ResultRecord]
) -> None:
    first = result_log.list(ResultQuery(limit=7))
    result_log.write([make_record() for _ in range(20)])

    assert first.cursor is not None
    assert [*first.results, *_list_all(result_log, limit=7, cursor=first.cursor)] == days_of_records


def test_result_log_cursor_survives_that_its_record_is_erased(
    result_log: ResultLog, days_of_records: list[ResultRecord]
) -> None:
    first = result_log.list(ResultQuery(limit=7))
    result_log.delete(first.results[-1].result_id)

    assert _list_all(result_log, limit=50, cursor=first.cursor) == days_of_records[7:]


def test_result_log_lists_nothing_that_has_expired(result_log: ResultLog) -> None:
    kept = [make_record() for _ in range(3)]
    result_log.write([*kept, *(make_expired_record() for _ in range(40))])

    assert _list_all(result_log, limit=2) == _newest_first(kept)


def test_result_log_lists_what_was_just_written(result_log: ResultLog) -> None:
    written: list[ResultRecord] = []

    for _ in range(5):
        written.append(make_record())
        result_log.write(written[-1:])
        assert result_log.list(ResultQuery(limit=1)).results == [_newest_first(written)[0]]


@pytest.fixture
def records_of_clients(result_log: ResultLog) -> list[ResultRecord]:
    """Records of two clients and of none, over three days, newest first."""
    now_ms = _now_ms()
    records = [
        make_record_at(
            now_ms - days * MS_A_DAY - number * 500,
            label="negative" if number % 2 else "positive",
            client=(None, "partner", "partner-2")[number % 3],
        )
        for days in (0, 1, 3)
        for number in range(30)
    ]
    result_log.write(records)
    return _newest_first(records)


@pytest.mark.parametrize("limit", [3, 200])
@pytest.mark.parametrize("client", ["partner", "partner-2", "partn", "PARTNER", "partner#2"])
def test_result_log_lists_one_client(
    result_log: ResultLog, records_of_clients: list[ResultRecord], client: str, limit: int
) -> None:
    found = _list_all(result_log, client=client, limit=limit)

    assert found == [record for record in records_of_clients if record.client == client]


def test_result_log_lists_one_client_by_label_and_time(
    result_log: ResultLog, records_of_clients: list[ResultRecord]
) -> None:
    newest, oldest = records_of_clients[20], records_of_clients[80]
    from_ms, to_ms = (read_created_ms(record.result_id) for record in (oldest, newest))

    found = _list_all(
        result_log, client="partner", label="positive", from_ms=from_ms, to_ms=to_ms, limit=4
    )

    assert len(found) > 4
    assert found == [
        record
        for record in records_of_clients[21:81]
        if (record.client, record.label) == ("partner", "positive")
    ]


def test_result_log_lists_nothing_expired_or_erased_of_a_client(result_log: ResultLog) -> None:
    old_ms = _now_ms() - 60_000
    kept, erased, expired = (make_record_at(old_ms + n, client="partner") for n in range(3))
    expired = msgspec.structs.replace(expired, expires_at=int(time.time()) - 1)
    result_log.write([kept, erased, expired])

    result_log.delete(erased.result_id)
    result_log.set_feedback(kept.result_id, "neutral")

    corrected = msgspec.structs.replace(kept, feedback_label="neutral")
    assert _list_all(result_log, client="partner") == [corrected]


@pytest.mark.parametrize("owner", [None, "another"])
def test_result_log_hides_from_a_client_what_is_not_its_own(
    result_log: ResultLog, owner: str | None
) -> None:
    record = make_record(client=owner)
    result_log.write([record])

    assert result_log.read(record.result_id, client="partner") is None
    assert result_log.set_feedback(record.result_id, "neutral", client="partner") is None
    assert not result_log.delete(record.result_id, client="partner")
    assert result_log.read(record.result_id) == record


def test_result_log_lets_a_client_read_correct_and_erase_its_own(result_log: ResultLog) -> None:
    record = make_record(client="partner")
    result_log.write([record])

    corrected = result_log.set_feedback(record.result_id, "neutral", client="partner")

    assert corrected == msgspec.structs.replace(record, feedback_label="neutral")
    assert result_log.read(record.result_id, client="partner") == corrected
    assert result_log.delete(record.result_id, client="partner")
    assert not result_log.delete(record.result_id, client="partner")
    assert result_log.read(record.result_id) is None


def test_open_result_log_opens_none_where_results_are_not_recorded() -> None:
    assert open_result_log("none:", {}) is None


def test_open_result_log_opens_a_table() -> None:
    log = open_result_log("dynamodb://results", {"AWS_REGION": "eu-west-1"})

    assert isinstance(log, DynamoDbResultLog)


def test_open_result_log_opens_an_absolute_path_with_four_slashes(tmp_path: Path) -> None:
    with closing(_open(f"sqlite:///{tmp_path}/results.db")):
        assert (tmp_path / "results.db").exists()


def test_open_result_log_opens_a_relative_path_with_three_slashes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    with closing(_open("sqlite:///kept/results.db")):
        assert (tmp_path / "kept" / "results.db").exists()


@pytest.mark.parametrize("name", ["~/kept/results.db", "~nobody-else/../results.db"])
def test_open_result_log_expands_the_home_folder_or_says_that_it_is_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))

    with suppress(ResultLogUriError):
        _open(f"sqlite:///{name}").close()

    assert not list(tmp_path.glob("~*"))
    assert (tmp_path / "home" / "kept" / "results.db").exists() == name.startswith("~/")


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("sqlite:///:memory:", "database in memory"),
        ("sqlite:////:memory:", "database in memory"),
        ("sqlite:///file::memory:?cache=shared", "database in memory"),
        ("sqlite:///file:results.db?mode=ro&uri=true", "options"),
        ("sqlite:///results.db?timeout=5", "options"),
        ("sqlite:///~nobody-of-this-name/results.db", "unknown home folder"),
    ],
)
def test_open_result_log_makes_no_file_of_a_uri_that_names_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, uri: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(ResultLogUriError, match=message) as caught:
        open_result_log(uri, {})

    assert "use sqlite:///path for a file, or none: to record nothing" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def _open(uri: str) -> ResultLog:
    log = open_result_log(uri, {})
    assert log is not None
    return log


@pytest.mark.parametrize(
    "uri",
    [
        "none",
        "dynamodb://",
        "dynamodb:",
        "dynamodb://a/b",
        "sqlite3://a",
        "sqlite://",
        "sqlite:///",
        "sqlite://results.db",
        "sqlite:results.db",
        "results",
        "",
    ],
)
def test_open_result_log_says_which_uris_it_opens(uri: str) -> None:
    with pytest.raises(ResultLogUriError, match="WINDVANE_RESULT_LOG_URI") as caught:
        open_result_log(uri, {"AWS_REGION": "eu-west-1"})

    assert repr(uri) in str(caught.value)
    assert "dynamodb://table, sqlite:///path or none:" in str(caught.value)


def test_open_result_log_says_that_the_region_is_not_set() -> None:
    with pytest.raises(AwsSetupError, match="AWS_REGION"):
        open_result_log("dynamodb://results", {})
