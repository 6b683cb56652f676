"""Which hosts, origins and keys a server process takes."""

import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.windvane.api.serve_process import ServeProcess, run_serve

KEY = "a-key-of-twenty-characters"
ALLOWED = "https://page.example"
ENVIRON = {"WINDVANE_ALLOWED_HOSTS": "windvane.test", "WINDVANE_ALLOWED_ORIGINS": ALLOWED}
TEXT = {"text": "good"}


@pytest.fixture(scope="module")
def server(tiny_bundle: Path) -> Iterator[ServeProcess]:
    with run_serve("--bundle", str(tiny_bundle), environ=ENVIRON) as server:
        yield server


@pytest.fixture(scope="module")
def locked(tiny_bundle: Path) -> Iterator[ServeProcess]:
    environ = {"WINDVANE_API_KEYS": f"another-key-of-twenty, {KEY}"}
    with run_serve("--bundle", str(tiny_bundle), environ=environ) as server:
        yield server


def _status_of(server: ServeProcess, head: bytes) -> int:
    url = httpx.URL(server.url)
    with socket.create_connection((url.host, url.port), timeout=20) as connection:
        connection.sendall(head + b"\r\n\r\n")
        return int(connection.recv(4096).split()[1])


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LOCALHOST.:8080", 200),
        ("127.0.0.1:1", 200),
        ("[::1]:8080", 200),
        ("windvane.test", 200),
        ("evil.example", 421),
        ("localhost.evil.example", 421),
        ("127.0.0.1.nip.io", 421),
        ("localhost@evil.example", 400),
        ("localhost:8080:1", 400),
        ("", 400),
    ],
)
def test_serve_takes_only_its_own_names(server: ServeProcess, host: str, status: int) -> None:
    for path in ("/v1/model", "/health", "/"):
        assert httpx.get(server.url + path, headers={"Host": host}).status_code == status


@pytest.mark.parametrize("hosts", [b"", b"\r\nHost: localhost\r\nHost: localhost"])
def test_serve_refuses_a_missing_or_repeated_host(server: ServeProcess, hosts: bytes) -> None:
    assert _status_of(server, b"GET /health HTTP/1.1" + hosts) == 400


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", ""])
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v1/results"), ("POST", "/sentiment"), ("DELETE", "/v1/results/1")],
)
def test_serve_refuses_other_origins(
    server: ServeProcess, method: str, path: str, origin: str
) -> None:
    response = httpx.request(method, server.url + path, headers={"Origin": origin})

    assert response.status_code == 403
    assert response.json()["type"] == "urn:windvane:problem:origin-refused"
    assert "access-control-allow-origin" not in response.headers


def test_serve_takes_its_own_origin(server: ServeProcess) -> None:
    response = httpx.post(f"{server.url}/sentiment", json=TEXT, headers={"Origin": server.url})

    assert response.status_code == 200


def test_serve_lets_an_allowed_origin_read(server: ServeProcess) -> None:
    asked = {"Origin": ALLOWED, "Access-Control-Request-Method": "POST"}

    preflight = httpx.options(f"{server.url}/sentiment", headers=asked)
    response = httpx.post(f"{server.url}/sentiment", json=TEXT, headers={"Origin": ALLOWED})

    assert (preflight.status_code, response.status_code) == (204, 200)
    assert "content-type" in preflight.headers["access-control-allow-headers"]
    for each in (preflight, response):
        assert each.headers["access-control-allow-origin"] == ALLOWED
        assert each.headers["vary"] == "Origin"


def test_serve_refuses_the_preflight_of_another_origin(server: ServeProcess) -> None:
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}

    assert httpx.options(f"{server.url}/sentiment", headers=asked).status_code == 403


@pytest.mark.parametrize("path", ["/", "/health", "/docs"])
def test_serve_asks_for_no_key_on_open_paths(locked: ServeProcess, path: str) -> None:
    assert httpx.get(locked.url + path).status_code == 200


@pytest.mark.parametrize(
    "path", ["/v1/model", "/v1/results", "/metrics", "//v1/model", "/health\n"]
)
@pytest.mark.parametrize("key", ["", KEY[:-1], KEY + "x", KEY.upper()])
def test_serve_asks_for_a_key(locked: ServeProcess, path: str, key: str) -> None:
    response = httpx.get(locked.url + path.replace("\n", "%0a"), headers={"x-api-key": key})

    assert response.status_code == 403
    assert response.json()["type"] == "urn:windvane:problem:key-needed"


def test_serve_takes_the_key(locked: ServeProcess) -> None:
    response = httpx.post(f"{locked.url}/sentiment", json=TEXT, headers={"x-api-key": KEY})

    assert response.status_code == 200


def test_serve_says_that_others_can_reach_it(tiny_bundle: Path, server: ServeProcess) -> None:
    with run_serve("--bundle", str(tiny_bundle), "--host", "0.0.0.0") as exposed:  # noqa: S104
        assert exposed.greeting.count("There is no authentication") == 1
        assert "There is no authentication" not in server.greeting


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"Host": "evil.example"}, 421), ({"Origin": "https://evil.example"}, 403)],
    ids=["host", "origin"],
)
def test_refusal_is_traced_counted_and_closes_the_connection(
    server: ServeProcess, headers: dict[str, str], status: int
) -> None:
    route = "/sentiment"
    counter = f'method="POST",route="{route}",status="{status}"'

    response = httpx.post(server.url + route, json=TEXT, headers=headers)

    metrics = httpx.get(f"{server.url}/metrics").text
    assert response.status_code == status
    assert response.headers["connection"] == "close"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["x-correlation-id"]
    assert counter in metrics


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/compat/huggingface", {"error"}),
        ("/compat/comprehend", {"__type", "Message"}),
        ("/predict", {"error", "error_type"}),
    ],
)
def test_refusal_has_the_form_of_the_service(
    server: ServeProcess, path: str, body: set[str]
) -> None:
    response = httpx.post(server.url + path, json=TEXT, headers={"Host": "evil.example"})

    assert response.status_code == 421
    assert response.json().keys() == body
