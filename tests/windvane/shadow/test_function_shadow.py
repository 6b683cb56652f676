import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from tests.log_lines import LogLines
from tests.moto_server import KEYS
from tests.windvane.aws.fake_aws import Exchange, FakeAws, answer, find_closed_port, hang
from tests.windvane.result_log.records import make_record
from windvane.result_log.errors import ResultLogUnavailableError
from windvane.result_log.record import ResultRecord
from windvane.shadow import function_shadow
from windvane.shadow.function_shadow import MAX_EVENT_BYTES, SEND_SECONDS, FunctionShadow
from windvane.shadow.shadow_record import ShadowEvent

StartAws = Callable[..., FakeAws]
Open = Callable[..., FunctionShadow]

taken = answer(b"", 202)
TEXT = "xyzzy secret"
GENEROUS_SECONDS = 10


@pytest.fixture
def not_sent() -> list[int]:
    """How many texts were not sent, call by call."""
    return []


@pytest.fixture
def open_shadow(not_sent: list[int], monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Open a shadow of all texts at an address, with time enough on a busy machine."""
    opened: list[FunctionShadow] = []

    def open_at(url: str, share: float = 1.0, seconds: float = GENEROUS_SECONDS) -> FunctionShadow:
        monkeypatch.setattr(function_shadow, "SEND_SECONDS", seconds)
        environ = {**KEYS, "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL_LAMBDA": url}
        opened.append(FunctionShadow("windvane-dev-shadow", share, environ, not_sent.append))
        return opened[-1]

    yield open_at
    for shadow in opened:
        shadow.close()


def send(shadow: FunctionShadow, *texts: str) -> list[ResultRecord]:
    records = [make_record() for _ in texts]
    with shadow.send_beside(records, texts, 2.0):
        pass
    return records


def test_texts_are_sent_in_one_asynchronous_event(
    start_aws: StartAws, open_shadow: Open, not_sent: list[int]
) -> None:
    aws = start_aws(taken)

    records = send(open_shadow(aws.url), "one", "two")

    [asked] = aws.asked
    sent = ShadowEvent(**asked.json).shadowed
    assert asked.path == "/2015-03-31/functions/windvane-dev-shadow/invocations"
    assert asked.headers["x-amz-invocation-type"] == "Event"
    assert "/eu-west-1/lambda/aws4_request" in asked.headers["authorization"]
    assert [one["text"] for one in sent] == ["one", "two"]  # type: ignore[index]
    assert [one["result_id"] for one in sent] == [  # type: ignore[index]
        record.result_id for record in records
    ]
    assert not_sent == []


def test_connection_is_used_again(start_aws: StartAws, open_shadow: Open) -> None:
    aws = start_aws(taken)
    shadow = open_shadow(aws.url)

    for _ in range(3):
        send(shadow, "one")

    assert len({asked.client for asked in aws.asked}) == 1


def test_event_is_sent_while_the_records_are_written(
    start_aws: StartAws, open_shadow: Open
) -> None:
    aws = start_aws(taken)
    started = time.monotonic()

    with open_shadow(aws.url).send_beside([make_record()], ["one"], 2.0):
        while not aws.asked and time.monotonic() < started + GENEROUS_SECONDS:
            time.sleep(0.001)

        assert aws.asked


def test_no_text_of_another_share_is_sent(start_aws: StartAws, open_shadow: Open) -> None:
    aws = start_aws(taken)
    record = make_record(result_id="01900000-0000-7000-8000-ffffffffffff")

    with open_shadow(aws.url, 0.5).send_beside([record], ["one"], 2.0):
        pass

    assert aws.asked == []


@pytest.mark.parametrize("act", [hang, answer(b"{}", 429), answer(b"{}", 404), answer(b"{}", 500)])
def test_function_that_takes_no_event_changes_nothing_and_is_left_in_peace(
    start_aws: StartAws,
    open_shadow: Open,
    not_sent: list[int],
    log_lines: LogLines,
    act: Callable[[Exchange], None],
) -> None:
    aws = start_aws(act)
    shadow = open_shadow(aws.url, seconds=SEND_SECONDS)
    started = time.monotonic()

    send(shadow, TEXT)
    waited = time.monotonic() - started
    send(shadow, TEXT)

    assert waited < SEND_SECONDS + 1
    assert len(aws.asked) == 1
    assert not_sent == [1, 1]
    assert [line["message"] for line in log_lines()] == ["shadow not sent"]
    assert TEXT not in json.dumps(log_lines())


def test_function_that_is_away_changes_nothing(open_shadow: Open, not_sent: list[int]) -> None:
    send(open_shadow(find_closed_port()), "one")

    assert not_sent == [1]


def test_log_that_fails_fails_as_without_a_shadow(start_aws: StartAws, open_shadow: Open) -> None:
    aws = start_aws(taken)
    shadow = open_shadow(aws.url)

    with (
        pytest.raises(ResultLogUnavailableError, match="away"),
        shadow.send_beside([make_record()], ["one"], 2.0),
    ):
        raise ResultLogUnavailableError("away")


def test_texts_that_do_not_fit_into_an_event_are_counted(
    start_aws: StartAws, open_shadow: Open, not_sent: list[int]
) -> None:
    aws = start_aws(taken)

    send(open_shadow(aws.url), *["é" * 50_000] * 4)  # 100 kB each

    [asked] = aws.asked
    assert len(asked.json["shadowed"]) == 2
    assert len(asked.body) < MAX_EVENT_BYTES
    assert not_sent == [2]


def test_many_requests_at_once_are_all_sent(
    start_aws: StartAws, open_shadow: Open, not_sent: list[int]
) -> None:
    aws = start_aws(taken)
    shadow = open_shadow(aws.url)

    for number in range(20):
        send(shadow, f"text {number}")

    assert len(aws.asked) == 20
    assert not_sent == []


def test_close_ends_the_thread(start_aws: StartAws) -> None:
    environ = {**KEYS, "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": start_aws(taken).url}
    with closing(FunctionShadow("f", 1.0, environ, print)) as shadow:
        send(shadow, "one")
