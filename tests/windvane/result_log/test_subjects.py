"""The results of a subject: found and erased by its keyed hash, in every kind of log."""

import hmac
import json
import re
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.windvane.result_log.records import (
    MAKER,
    PREDICTION,
    FakeResultLog,
    change_row,
    make_expired_record,
    make_record,
    make_record_at,
)
from windvane.result_log.errors import SubjectKeyError
from windvane.result_log.query import Deletion, ResultQuery
from windvane.result_log.record import SECONDS_A_DAY
from windvane.result_log.recorder import RecordedRequest, Recorder
from windvane.result_log.result_log import ResultLog
from windvane.result_log.sqlite import sqlite_log as sqlite_log_module
from windvane.result_log.sqlite.sqlite_log import SqliteResultLog
from windvane.result_log.subjects import (
    MAX_SUBJECT_CHARS,
    SUBJECT_PATTERN,
    SubjectHasher,
    is_subject,
)

SUBJECT = "xyzzy@example.com"
KEY = "k" * 32
HASH, OTHER_HASH = "a" * 64, "b" * 64
REQUEST = RecordedRequest(model="m@1", route="/r", subject=SUBJECT)
SECONDS = 60
OLD_MS = 60_000
"""Age at which an index has a record."""


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def test_list_of_a_subject_has_its_records_and_no_others(result_log: ResultLog) -> None:
    old_ms = _now_ms() - OLD_MS
    of_subject = [make_record_at(old_ms, subject_hash=HASH), make_record(subject_hash=HASH)]
    others = [make_record_at(old_ms, subject_hash=OTHER_HASH), make_record_at(old_ms)]
    result_log.write([*of_subject, *others])

    page = result_log.list(ResultQuery(subject_hash=HASH))

    assert page.results == of_subject[::-1]
    assert page.cursor is None


@pytest.mark.parametrize(
    "filters", [{"client": "shop"}, {"label": "negative"}], ids=["client", "label"]
)
@pytest.mark.parametrize("age_ms", [0, OLD_MS], ids=["new", "indexed"])
def test_list_of_a_subject_applies_the_other_filters(
    result_log: ResultLog, filters: dict[str, Any], age_ms: int
) -> None:
    created_ms = _now_ms() - age_ms
    wanted = make_record_at(created_ms, subject_hash=HASH, **filters)
    result_log.write(
        [
            wanted,
            make_record_at(created_ms, subject_hash=HASH),
            make_record_at(created_ms, subject_hash=OTHER_HASH, **filters),
        ]
    )

    page = result_log.list(ResultQuery(subject_hash=HASH, **filters))

    assert page.results == [wanted]


def test_list_of_a_subject_has_what_was_recorded_when_retention_was_longer(
    result_log: ResultLog,
) -> None:
    record = make_record_at(_now_ms() - 300 * SECONDS_A_DAY * 1000, subject_hash=HASH)
    result_log.write([record])

    assert result_log.list(ResultQuery(subject_hash=HASH)).results == [record]


def test_deletion_erases_all_records_of_a_subject_and_no_others(result_log: ResultLog) -> None:
    old_ms = _now_ms() - OLD_MS
    own = [make_record_at(old_ms - n, subject_hash=HASH) for n in range(230)]
    own.append(make_record(subject_hash=HASH))
    others = [make_record(subject_hash=OTHER_HASH), make_record()]
    result_log.write([*own, *others])

    deletion = result_log.delete_matching(ResultQuery(subject_hash=HASH), SECONDS)

    assert deletion == Deletion(len(own), remaining=False)
    assert result_log.list(ResultQuery(subject_hash=HASH)).results == []
    assert [result_log.read(one.result_id) for one in others] == others
    assert result_log.delete_matching(ResultQuery(subject_hash=HASH), SECONDS) == Deletion(
        0, remaining=False
    )


def test_deletion_is_limited_to_a_client(result_log: ResultLog) -> None:
    own = make_record(subject_hash=HASH, client="partner")
    other = make_record(subject_hash=HASH, client="shop")
    result_log.write([own, other])

    deletion = result_log.delete_matching(ResultQuery(subject_hash=HASH, client="partner"), SECONDS)

    assert deletion.deleted == 1
    assert result_log.read(own.result_id) is None
    assert result_log.read(other.result_id) == other


def test_deletion_says_what_its_time_left_and_goes_on_when_repeated(
    result_log: ResultLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_log_module, "DELETED_AT_ONCE", 100)
    old_ms = _now_ms() - OLD_MS
    result_log.write([make_record_at(old_ms - n, subject_hash=HASH) for n in range(330)])

    deletions = [result_log.delete_matching(ResultQuery(subject_hash=HASH), 0) for _ in range(5)]

    assert deletions[0].remaining
    assert 0 < deletions[0].deleted < 330
    assert not deletions[-1].remaining
    assert sum(one.deleted for one in deletions) == 330


def test_sqlite_deletion_erases_what_is_damaged_or_expired(
    sqlite_log: SqliteResultLog, sqlite_path: Path
) -> None:
    damaged = make_record(subject_hash=HASH)
    expired = make_expired_record()
    sqlite_log.write([damaged])
    change_row(sqlite_path, damaged.result_id, "scores", "{")
    sqlite_log.write([expired])
    change_row(sqlite_path, expired.result_id, "subject_hash", HASH)

    deletion = sqlite_log.delete_matching(ResultQuery(subject_hash=HASH), SECONDS)

    assert deletion == Deletion(2, remaining=False)


def test_sqlite_deletion_leaves_nothing_in_the_file(
    sqlite_log: SqliteResultLog, sqlite_path: Path
) -> None:
    sqlite_log.write([make_record(subject_hash=HASH, text="xyzzy plugh") for _ in range(3)])

    sqlite_log.delete_matching(ResultQuery(subject_hash=HASH), SECONDS)

    files = list(sqlite_path.parent.glob(f"{sqlite_path.name}*"))
    assert files
    assert not any(b"xyzzy plugh" in file.read_bytes() for file in files)
    assert not any(HASH.encode() in file.read_bytes() for file in files)


def test_sqlite_file_keeps_a_key_of_its_own(sqlite_path: Path, tmp_path: Path) -> None:
    keys = []
    for path in (sqlite_path, sqlite_path, tmp_path / "other.db"):
        with closing(SqliteResultLog(path)) as log:
            keys.append(log.read_subject_key())

    assert keys[0] == keys[1]
    assert keys[0] != keys[2]
    assert {len(key) for key in keys} == {32}


def test_hasher_takes_the_key_of_the_settings_before_the_logs(sqlite_log: SqliteResultLog) -> None:
    set_key, own_key = SubjectHasher(sqlite_log, KEY), SubjectHasher(sqlite_log, "")

    expected = [
        hmac.new(key, SUBJECT.encode(), "sha256").hexdigest()
        for key in (KEY.encode(), sqlite_log.read_subject_key())
    ]

    assert [set_key.hash(SUBJECT), own_key.hash(SUBJECT)] == expected


def test_hasher_says_that_there_is_no_key() -> None:
    with pytest.raises(SubjectKeyError, match="WINDVANE_SUBJECT_KEY"):
        SubjectHasher(FakeResultLog(), "").hash(SUBJECT)


@pytest.mark.parametrize(
    ("value", "is_one"),
    [
        ("4711", True),
        ("Zoë 모델", True),
        ("a" * MAX_SUBJECT_CHARS, True),
        ("a" * (MAX_SUBJECT_CHARS + 1), False),
        ("", False),
        ("a\nb", False),
        ("a\0", False),
        ("a\x85b", False),
        ("\ud800", False),
        ("caf\ufffd", False),
    ],
)
def test_subject_is_bounded_and_has_no_control_characters(value: str, is_one: bool) -> None:
    assert is_subject(value) is is_one
    if value.isascii():
        fits = re.search(SUBJECT_PATTERN, value) and len(value) <= MAX_SUBJECT_CHARS
        assert bool(fits) is is_one


def test_recorder_stores_a_subject_as_its_hash_alone() -> None:
    log = FakeResultLog()
    recorder = Recorder(log, MAKER, subject_key=KEY)

    recorder.record(["one", "two"], [PREDICTION] * 2, REQUEST)

    stored = list(log.records.values())
    assert {one.subject_hash for one in stored} == {recorder.subjects.hash(SUBJECT)}
    assert SUBJECT not in str(stored)


def test_recorder_writes_no_subject_and_no_hash_into_a_line(
    log_lines: Callable[[], list[dict[str, Any]]],
) -> None:
    recorder = Recorder(FakeResultLog(reason="dynamodb is away"), MAKER, subject_key=KEY)

    recorded = recorder.record(["one"], [PREDICTION], REQUEST)

    lines = json.dumps(log_lines())
    assert recorded.result_ids[0] in lines
    assert SUBJECT not in lines
    assert recorder.subjects.hash(SUBJECT) not in lines
    assert "subject" not in lines
