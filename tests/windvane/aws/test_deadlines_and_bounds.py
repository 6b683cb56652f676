"""What a hostile service, endpoint or setting can take: time, memory, headers."""

import json
import socket
import ssl
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.windvane.aws.fake_aws import LOOPBACK, FakeAws, answer, answer_json, drip
from tests.windvane.aws.self_signed import write_certificate
from windvane.aws import connection as aws_connection
from windvane.aws.connection import AwsConnection
from windvane.aws.credentials import CredentialSource
from windvane.aws.endpoints import Endpoint, find_bucket, find_dynamodb
from windvane.aws.errors import AwsSetupError, AwsUnreachableError
from windvane.aws.http_connection import HttpConnection
from windvane.aws.http_response import HttpError

StartAws = Callable[..., FakeAws]
KEYS = {"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret"}
LENT = {
    "AccessKeyId": "AKID",
    "SecretAccessKey": "secret-xyzzy",
    "Token": "token",
    "Expiration": "2999-01-01T00:00:00Z",
}
SHORT = 0.3
SLACK = 0.5


def _source_at(url: str) -> CredentialSource:
    return CredentialSource(
        {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{url}/credentials",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "let-me-in",
        }
    )


def _connect(host: str, *, ca_bundle: str | None = None, tls: bool = False) -> AwsConnection:
    endpoint = Endpoint("dynamodb", "eu-west-1", host, tls=tls, ca_bundle=ca_bundle)
    return AwsConnection(endpoint, CredentialSource(KEYS))


@pytest.mark.parametrize("from_first_byte", [False, True], ids=["body", "head"])
def test_dripping_credentials_keep_the_deadline(
    start_aws: StartAws, *, from_first_byte: bool
) -> None:
    aws = start_aws(drip(json.dumps(LENT).encode(), from_first_byte=from_first_byte))
    started = time.monotonic()

    with pytest.raises(AwsSetupError, match="Lambda's endpoint"):
        _source_at(aws.url).get(started + SHORT)

    assert time.monotonic() - started < SHORT + SLACK


def _drip_records(listener: socket.socket) -> None:
    """Send the bytes of a TLS record that never becomes whole."""
    peer, _ = listener.accept()
    with peer:
        for byte in b"\x16\x03\x03\x40\x00" + bytes(200):
            try:
                peer.sendall(bytes([byte]))
            except OSError:
                return
            time.sleep(0.02)


def test_dripping_handshake_keeps_the_deadline() -> None:
    with socket.create_server((LOOPBACK, 0)) as listener, ThreadPoolExecutor(1) as pool:
        pool.submit(_drip_records, listener)
        connection = _connect(f"{LOOPBACK}:{listener.getsockname()[1]}", tls=True)
        started = time.monotonic()

        with pytest.raises(AwsUnreachableError):
            connection.call({}, b"{}", deadline=started + SHORT)

        assert time.monotonic() - started < SHORT + SLACK


def _accept_tls(listener: socket.socket, certificate: Path) -> ssl.SSLSocket:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    peer = context.wrap_socket(listener.accept()[0], server_side=True)
    peer.recv(4096)
    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
    return peer


def test_idle_connection_over_tls_is_dropped_once_it_is_readable(tmp_path: Path) -> None:
    certificate = write_certificate(tmp_path / "self-signed.pem")
    trusted = ssl.create_default_context(cafile=certificate)
    with socket.create_server((LOOPBACK, 0)) as listener, ThreadPoolExecutor(1) as pool:
        accepting = pool.submit(_accept_tls, listener, certificate)
        connection = HttpConnection(
            f"{LOOPBACK}:{listener.getsockname()[1]}", tls_context=trusted, timeout=5
        )
        assert connection.send("GET", "/", {}, b"").read() == b"hi"

        with accepting.result() as peer:
            assert connection.is_alive  # although TLS sent its session tickets
            peer.sendall(b"HTTP/1.1 200 OK\r\n")
            time.sleep(0.05)
            assert not connection.is_alive
        connection.close()


@pytest.mark.parametrize("content", [None, "xyzzy"], ids=["missing", "no-certificates"])
def test_ca_file_that_cannot_be_read_is_named(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "roots.pem"
    if content is not None:
        path.write_text(content)

    with pytest.raises(AwsSetupError, match="AWS_CA_BUNDLE"):
        _connect("aws.example", ca_bundle=str(path), tls=True)


def test_response_beyond_the_bound_is_an_error(
    start_aws: StartAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = b'{"a": "xx"}'
    url = start_aws(answer(body)).host
    assert aws_connection.MAX_RESPONSE_BYTES == 32 * 1024 * 1024

    monkeypatch.setattr(aws_connection, "MAX_RESPONSE_BYTES", len(body))
    with closing(_connect(url)) as connection:
        assert connection.call({}, b"{}", deadline=time.monotonic() + 20) == {"a": "xx"}
    monkeypatch.setattr(aws_connection, "MAX_RESPONSE_BYTES", len(body) - 1)
    with pytest.raises(AwsUnreachableError, match="too long"):
        _connect(url).call({}, b"{}", deadline=time.monotonic() + 20)


@pytest.mark.parametrize(
    ("status", "changed"),
    [
        (200, {"AccessKeyId": 1}),
        (200, {"SecretAccessKey": ["secret-xyzzy"]}),
        (200, {"Token": None}),
        (200, {"Expiration": 1e400}),
        (201, {}),
        (500, {}),
    ],
)
def test_credentials_of_another_shape_or_status_are_an_error(
    start_aws: StartAws, status: int, changed: dict[str, object]
) -> None:
    aws = start_aws(answer_json({**LENT, **changed}, status=status))

    with pytest.raises(AwsSetupError, match="Lambda's endpoint") as caught:
        _source_at(aws.url).get()

    assert "xyzzy" not in str(caught.value)


@pytest.mark.parametrize("name", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
@pytest.mark.parametrize("value", ["xyzzy\r\nx-evil: 1", "xyzzy\N{SNOWMAN}", "xyzzy\x00"])
def test_credentials_that_no_header_may_hold_are_an_error(name: str, value: str) -> None:
    endpoint = Endpoint("dynamodb", "eu-west-1", "127.0.0.1:1", tls=False)
    connection = AwsConnection(endpoint, CredentialSource({**KEYS, name: value}))

    with pytest.raises(AwsSetupError, match="credentials hold") as caught:
        connection.call({}, b"{}", deadline=time.monotonic() + 20)

    assert "xyzzy" not in str(caught.value)


@pytest.mark.parametrize(
    ("target", "headers"),
    [
        ("/ HTTP/1.1\r\nx-evil: 1", {}),
        ("/a b", {}),
        ("/\N{SNOWMAN}", {}),
        ("/", {"a": "b\r\nx-evil: 1"}),
        ("/", {"a\r\nx-evil": "1"}),
        ("/", {"a": "b\x00"}),
    ],
)
def test_request_sends_no_header_that_was_injected(
    start_aws: StartAws, target: str, headers: dict[str, str]
) -> None:
    aws = start_aws(answer())
    connection = HttpConnection(aws.host, timeout=2)

    with pytest.raises(HttpError, match="characters"):
        connection.send("GET", target, headers, b"")

    assert not aws.asked


def test_fips_endpoints_have_the_names_of_their_partition() -> None:
    govcloud = {"AWS_REGION": "us-gov-west-1", "AWS_USE_FIPS_ENDPOINT": "true"}
    china = {"AWS_REGION": "cn-north-1", "AWS_USE_FIPS_ENDPOINT": "true"}

    assert find_dynamodb(govcloud).host == "dynamodb.us-gov-west-1.amazonaws.com"
    assert find_bucket("models", govcloud).host == "models.s3-fips.us-gov-west-1.amazonaws.com"
    with pytest.raises(AwsSetupError, match="AWS_USE_FIPS_ENDPOINT"):
        find_dynamodb(china)
