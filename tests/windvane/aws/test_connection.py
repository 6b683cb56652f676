"""One connection to a service that answers well, badly, late or not at all."""

import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.windvane.aws.fake_aws import (
    LOOPBACK,
    Act,
    FakeAws,
    answer,
    answer_and_hang_up,
    answer_json,
    cut_after,
    drip,
    find_closed_port,
    hang,
    hang_up,
    nobody_accepts,
    refuse,
    refuse_in_xml,
    stop_after,
)
from tests.windvane.aws.self_signed import serve_self_signed
from windvane.aws.connection import AwsConnection
from windvane.aws.credentials import CredentialSource
from windvane.aws.endpoints import Endpoint
from windvane.aws.errors import AwsError, AwsRefusalError, AwsUnreachableError

StartAws = Callable[..., FakeAws]
Connect = Callable[..., AwsConnection]
SECRETS = {"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret-xyzzy"}
HEADERS = {"x-amz-target": "DynamoDB_20120810.GetItem"}
BODY = b'{"TableName": "results"}'
LONG_JSON = b'{"Item": "%s"}' % (b"x" * 30)
TOKEN = "token-xyzzy"  # noqa: S105 - no real one
PLENTY = 20.0
SHORT = 0.2
LONGER = 0.6
SLACK = 0.3


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Connect to a host, until the test ends."""
    with ExitStack() as stack:

        def connect(host: str, *, tls: bool = False, token: str = TOKEN) -> AwsConnection:
            endpoint = Endpoint(
                service="dynamodb", region="eu-west-1", host=host, base_path="/base", tls=tls
            )
            environ = {**SECRETS, "AWS_SESSION_TOKEN": token}
            connection = AwsConnection(endpoint, CredentialSource(environ))
            stack.callback(connection.close)
            return connection

        yield connect


def _call(connection: AwsConnection, seconds: float = PLENTY) -> object:
    return connection.call(HEADERS, BODY, deadline=time.monotonic() + seconds)


def _time_failure(connection: AwsConnection, seconds: float) -> float:
    """Say how long a call took that was not answered."""
    started = time.monotonic()
    with pytest.raises(AwsUnreachableError):
        _call(connection, seconds)
    return time.monotonic() - started


def test_connection_sends_a_signed_request_and_reads_the_answer(
    connect: Connect, start_aws: StartAws
) -> None:
    aws = start_aws(answer_json({"Item": {}}))

    answered = _call(connect(aws.host))

    [asked] = aws.asked
    assert answered == {"Item": {}}
    assert (asked.method, asked.path, asked.body) == ("POST", "/base/", BODY)
    assert asked.headers["host"] == aws.host
    assert asked.headers["x-amz-target"] == HEADERS["x-amz-target"]
    assert asked.headers["x-amz-security-token"] == TOKEN
    assert asked.headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKID/")


def test_connection_encodes_the_path_that_it_sends(connect: Connect, start_aws: StartAws) -> None:
    aws = start_aws(answer(b"content"))

    response = connect(aws.host).send("GET", "/größe #1.onnx", deadline=time.monotonic() + PLENTY)

    assert response.read() == b"content"
    assert aws.asked[0].path == "/base/gr%C3%B6%C3%9Fe%20%231.onnx"


def test_connection_is_kept_from_call_to_call(connect: Connect, start_aws: StartAws) -> None:
    aws = start_aws(answer(), refuse("ThrottlingException"), answer())
    connection = connect(aws.host)

    _call(connection)
    with pytest.raises(AwsRefusalError):
        _call(connection)
    _call(connection)

    assert len({asked.client for asked in aws.asked}) == 1


def test_connection_is_made_anew_where_the_service_closed_it(
    connect: Connect, start_aws: StartAws
) -> None:
    aws = start_aws(answer_and_hang_up, answer_json({"Item": {}}))
    connection = connect(aws.host)
    _call(connection)

    answered = _call(connection)

    first, second = aws.asked
    assert answered == {"Item": {}}
    assert first.client != second.client


def test_connection_tries_no_more_than_once_anew(connect: Connect, start_aws: StartAws) -> None:
    aws = start_aws(answer(), hang_up)
    connection = connect(aws.host)
    _call(connection)

    with pytest.raises(AwsUnreachableError, match="dynamodb sent no response"):
        _call(connection)

    assert len(aws.asked) == 3


def test_connection_does_not_repeat_what_fails_at_first(
    connect: Connect, start_aws: StartAws
) -> None:
    aws = start_aws(hang_up)

    with pytest.raises(AwsUnreachableError):
        _call(connect(aws.host))

    assert len(aws.asked) == 1


def test_connection_says_that_nobody_listens(connect: Connect) -> None:
    host = find_closed_port().removeprefix("http://")

    with pytest.raises(AwsUnreachableError, match="dynamodb sent no response"):
        _call(connect(host))


def test_connection_gives_up_in_time_where_connecting_hangs(connect: Connect) -> None:
    with nobody_accepts() as url:
        seconds = _time_failure(connect(url.removeprefix("http://")), SHORT)

    assert SHORT <= seconds < SHORT + SLACK


def test_connection_gives_up_in_time_where_the_handshake_hangs(connect: Connect) -> None:
    with socket.create_server((LOOPBACK, 0)) as listener:
        host = f"{LOOPBACK}:{listener.getsockname()[1]}"

        seconds = _time_failure(connect(host, tls=True), SHORT)

    assert SHORT <= seconds < SHORT + SLACK


@pytest.mark.parametrize(
    "act",
    [
        hang,
        stop_after(LONG_JSON, 0),
        stop_after(LONG_JSON, 20),
        drip(LONG_JSON),
        drip(LONG_JSON, status=400),
        drip(LONG_JSON, from_first_byte=True),
    ],
    ids=[
        "headers",
        "body",
        "rest-of-body",
        "drip",
        "dripping-refusal",
        "dripping-headers",
    ],
)
def test_connection_gives_up_in_time_where_the_answer_hangs(
    connect: Connect, start_aws: StartAws, act: Act
) -> None:
    seconds = _time_failure(connect(start_aws(act).host), SHORT)

    assert 0.9 * SHORT <= seconds < SHORT + SLACK


def test_connection_gives_up_in_time_where_the_answer_begins_late(
    connect: Connect, start_aws: StartAws
) -> None:
    act = stop_after(LONG_JSON, 20, pause=0.9 * LONGER)

    assert _time_failure(connect(start_aws(act).host), LONGER) < LONGER + SLACK


def test_connection_gives_up_in_time_where_a_kept_connection_hangs(
    connect: Connect, start_aws: StartAws
) -> None:
    connection = connect(start_aws(answer(), hang).host)
    _call(connection)

    seconds = _time_failure(connection, SHORT)

    assert SHORT <= seconds < SHORT + SLACK


def test_connection_asks_nothing_once_time_is_over(connect: Connect, start_aws: StartAws) -> None:
    aws = start_aws(answer())

    with pytest.raises(AwsUnreachableError, match="no time is left"):
        _call(connect(aws.host), 0)

    assert aws.asked == []


def test_connection_answers_after_a_hang(connect: Connect, start_aws: StartAws) -> None:
    connection = connect(start_aws(stop_after(LONG_JSON, 20), answer_json({"Item": {}})).host)
    _time_failure(connection, SHORT)

    assert _call(connection) == {"Item": {}}


def test_connection_that_is_closed_ends_a_wait(connect: Connect, start_aws: StartAws) -> None:
    aws = start_aws(answer(), hang)
    connection = connect(aws.host)
    _call(connection)
    closing = threading.Timer(0.1, connection.close)
    closing.start()

    seconds = _time_failure(connection, SHORT)

    closing.join()
    assert seconds < SHORT + SLACK


@pytest.mark.parametrize(
    ("act", "status", "code"),
    [
        (refuse("ThrottlingException"), 400, "ThrottlingException"),
        (answer_json({"__type": "ValidationException"}, 400), 400, "ValidationException"),
        (refuse_in_xml("NoSuchKey", 404), 404, "NoSuchKey"),
        (refuse_in_xml("PermanentRedirect", 301), 301, "PermanentRedirect"),
        (answer(b"", 503), 503, "error"),
        (answer(b"<html>Bad gateway</html>", 502), 502, "error"),
        (answer(b'["list"]', 500), 500, "error"),
        (answer(b"x" * 100_000, 500), 500, "error"),
    ],
    ids=["json", "bare", "xml", "redirect", "empty", "html", "list", "long"],
)
def test_connection_names_the_error_that_aws_gives(
    connect: Connect, start_aws: StartAws, act: Act, status: int, code: str
) -> None:
    connection = connect(start_aws(act, answer()).host)

    with pytest.raises(AwsRefusalError) as caught:
        _call(connection)

    assert (caught.value.status, caught.value.code) == (status, code)
    assert str(caught.value) == f"dynamodb answered {status} {code}"
    assert _call(connection) == {}


@pytest.mark.parametrize(
    "act",
    [answer(b"no JSON"), answer(b"\xff"), cut_after(LONG_JSON, 20), cut_after(b"{}", 0)],
    ids=["text", "not-utf8", "cut", "empty"],
)
def test_connection_says_that_an_answer_broke_off(
    connect: Connect, start_aws: StartAws, act: Act
) -> None:
    connection = connect(start_aws(act, answer_json({"Item": {}})).host)

    with pytest.raises(AwsUnreachableError, match="dynamodb broke off its response"):
        _call(connection)

    assert _call(connection) == {"Item": {}}


def test_connection_trusts_no_certificate_that_vouches_for_itself(
    connect: Connect, tmp_path: Path
) -> None:
    with (
        serve_self_signed(tmp_path) as host,
        pytest.raises(AwsUnreachableError, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        _call(connect(host, tls=True))


@pytest.mark.parametrize(
    "act",
    [refuse("UnrecognizedClientException"), answer(b"no JSON"), hang_up, cut_after(b"{}", 1)],
    ids=["refusal", "text", "hang-up", "cut"],
)
def test_errors_of_a_connection_hold_no_secret(
    connect: Connect, start_aws: StartAws, act: Act
) -> None:
    with pytest.raises(AwsError) as caught:
        _call(connect(start_aws(act).host))

    assert "xyzzy" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("token", ["xyzzy\r\n", "xyzzy\nx-injected: yes", "xyzzy\N{SNOWMAN}"])
def test_connection_refuses_a_session_token_that_is_no_header(
    connect: Connect, start_aws: StartAws, token: str
) -> None:
    connection = connect(start_aws(answer()).host, token=token)

    with pytest.raises(AwsError) as caught:
        _call(connection)

    assert "xyzzy" not in "".join(traceback.format_exception(caught.value))
