"""AWS through the proxy of ``HTTPS_PROXY``."""

import socket
import ssl
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.windvane.aws.self_signed import LOOPBACK, write_certificate
from windvane.aws.connection import AwsConnection
from windvane.aws.credentials import CredentialSource
from windvane.aws.endpoints import Endpoint, find_bucket, find_dynamodb
from windvane.aws.errors import AwsUnreachableError
from windvane.aws.network_variables import Proxy

KEYS = {"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret"}
IRELAND = {"AWS_REGION": "eu-west-1"}
SHORT = 0.3
SLACK = 0.4


def _serve(listener: socket.socket, sent: bytes, certificate: Path) -> tuple[bytes, bytes]:
    """Act as the proxy and, behind it, as the service; return what each was sent."""
    peer, _ = listener.accept()
    with peer:
        connect = peer.recv(4096)
        peer.sendall(sent)
        if b" 200 " not in sent:
            return connect, b""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        with context.wrap_socket(peer, server_side=True) as tls:
            request = tls.recv(4096)
            tls.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n" + b'{"a": 1}')
            return connect, request


@contextmanager
def _proxied(certificate: Path) -> Iterator[tuple[socket.socket, AwsConnection]]:
    with socket.create_server((LOOPBACK, 0)) as listener:
        proxy = Proxy(LOOPBACK, listener.getsockname()[1], "Basic dTpw")
        endpoint = Endpoint(
            service="dynamodb",
            region="eu-west-1",
            host=f"{LOOPBACK}:443",
            ca_bundle=str(certificate),
            proxy=proxy,
        )
        connection = AwsConnection(endpoint, CredentialSource(KEYS))
        yield listener, connection
        connection.close()


@pytest.mark.parametrize("version", [b"1.0", b"1.1"])
def test_proxy_leads_to_the_service_inside_tls(tmp_path: Path, version: bytes) -> None:
    certificate = write_certificate(tmp_path / "self-signed.pem")
    with ThreadPoolExecutor(1) as pool, _proxied(certificate) as (listener, connection):
        sent = b"HTTP/" + version + b" 200 Connection established\r\n\r\n"
        serving = pool.submit(_serve, listener, sent, certificate)

        response = connection.call({}, b"{}", deadline=time.monotonic() + 20)

        connect, request = serving.result()
    assert response == {"a": 1}
    assert connect == (
        b"CONNECT 127.0.0.1:443 HTTP/1.1\r\nhost: 127.0.0.1:443\r\n"
        b"proxy-authorization: Basic dTpw\r\n\r\n"
    )
    assert request.startswith(b"POST / HTTP/1.1\r\n")
    assert b"proxy-authorization" not in request


@pytest.mark.parametrize("sent", [b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n", b"xyzzy\r\n"])
def test_proxy_that_refuses_is_an_error(tmp_path: Path, sent: bytes) -> None:
    certificate = write_certificate(tmp_path / "self-signed.pem")
    with ThreadPoolExecutor(1) as pool, _proxied(certificate) as (listener, connection):
        pool.submit(_serve, listener, sent, certificate)

        with pytest.raises(AwsUnreachableError):
            connection.call({}, b"{}", deadline=time.monotonic() + 20)


def test_proxy_that_hangs_keeps_the_deadline(tmp_path: Path) -> None:
    certificate = write_certificate(tmp_path / "self-signed.pem")
    started = time.monotonic()
    with _proxied(certificate) as (_, connection), pytest.raises(AwsUnreachableError):
        connection.call({}, b"{}", deadline=started + SHORT)

    assert time.monotonic() - started < SHORT + SLACK


@pytest.mark.parametrize(
    ("url", "proxy"),
    [
        ("http://proxy.example:3128", Proxy("proxy.example", 3128)),
        ("proxy.example:3128/", Proxy("proxy.example", 3128)),
        ("http://u:p%40@proxy.example", Proxy("proxy.example", 80, "Basic dTpwQA==")),
    ],
)
def test_endpoints_take_the_proxy_of_the_environment(url: str, proxy: Proxy) -> None:
    environ = {**IRELAND, "HTTPS_PROXY": url}

    assert find_dynamodb(environ).proxy == proxy
    assert find_bucket("models", environ).proxy == proxy


def test_endpoint_without_tls_takes_no_proxy() -> None:
    environ = {**IRELAND, "HTTPS_PROXY": "http://proxy", "AWS_ENDPOINT_URL": "http://127.0.0.1:1"}

    assert find_dynamodb(environ).proxy is None
