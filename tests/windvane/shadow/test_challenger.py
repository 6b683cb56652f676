import pytest

from tests.log_lines import LogLines
from tests.windvane.api.fake_classifier import MANIFEST, BrokenClassifier, FakeClassifier
from tests.windvane.shadow.shadow_records import FakeShadowLog, make_shadowed
from windvane.result_log.errors import ResultLogUnavailableError
from windvane.shadow.challenger import TEXTS_AT_ONCE, Challenger

TEXT = "xyzzy secret"


def test_challenger_records_both_answers_without_the_text() -> None:
    log = FakeShadowLog()
    agreed, disagreed = make_shadowed(TEXT), make_shadowed(TEXT, "negative")

    done = Challenger(FakeClassifier(), log).answer([agreed, disagreed])

    [written] = log.writes
    assert list(written) == done
    first, second = done
    assert [first.is_agreement, second.is_agreement] == [True, False]
    assert first.result_id == agreed.result_id
    assert (first.champion, first.champion_score) == (agreed.model, agreed.score)
    assert (first.challenger, first.challenger_label) == (MANIFEST.model_id, "positive")
    assert (first.champion_ms, first.challenger_ms > 0) == (3.0, True)
    assert first.same_label_score == first.challenger_score == pytest.approx(2 / 3, abs=1e-6)
    assert second.same_label_score == pytest.approx(1 / 3, abs=1e-6)
    assert first.expires_at == agreed.expires_at
    assert TEXT not in repr(done)


def test_challenger_writes_as_many_records_at_once_as_dynamodb_takes() -> None:
    log = FakeShadowLog()

    Challenger(FakeClassifier(), log).answer([make_shadowed("any")] * (2 * TEXTS_AT_ONCE + 1))

    assert [len(records) for records in log.writes] == [TEXTS_AT_ONCE, TEXTS_AT_ONCE, 1]


def test_challenger_leaves_out_a_champion_of_other_labels(log_lines: LogLines) -> None:
    log = FakeShadowLog()

    done = Challenger(FakeClassifier(), log).answer([make_shadowed(TEXT, "angry")])

    [line] = log_lines()
    assert (done, log.writes) == ([], [])
    assert line["reason"] == "the champion has other labels"
    assert TEXT not in repr(line)


def test_challenger_that_cannot_run_records_nothing_and_says_so(log_lines: LogLines) -> None:
    log = FakeShadowLog()

    assert Challenger(BrokenClassifier(), log).answer([make_shadowed(TEXT)]) == []
    [line] = log_lines()
    assert (log.writes, line["reason"]) == ([], "ModelRunError")


def test_challenger_fails_where_its_answers_cannot_be_recorded() -> None:
    with pytest.raises(ResultLogUnavailableError, match="away"):
        Challenger(FakeClassifier(), FakeShadowLog(reason="away")).answer([make_shadowed("any")])
