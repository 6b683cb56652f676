"""What browsers are told on every response, whatever its status."""

import gzip

import httpx
import pytest

from tests.windvane.api.clients import JSON_TYPE, Client
from windvane.api.response_headers import DEFAULT_HEADERS

DATA = [
    ("GET", "/health", None, 200),
    ("GET", "/openapi.json", None, 200),
    ("GET", "/v1/model", None, 200),
    ("GET", "/v1/results/x", None, None),
    ("GET", "/v1/results?limit=200", None, None),
    ("POST", "/sentiment", b'{"text": "good"}', 200),
    ("POST", "/sentiment", b"{", 400),
    ("POST", "/v1/classify", b'{"texts": []}', 422),
    ("POST", "/v1/explain", b'{"text": "good"}', 200),
    ("POST", "/predict", b'{"inputs": "good"}', 200),
    ("GET", "/nowhere", None, 404),
    ("DELETE", "/sentiment", None, 405),
    ("OPTIONS", "/sentiment", None, 204),
]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"), DATA, ids=[f"{m} {p} {s}" for m, p, _, s in DATA]
)
def test_data_is_not_kept_framed_or_run(
    client: Client, method: str, path: str, body: bytes | None, status: int | None
) -> None:
    answer = client.send(method, path, body, JSON_TYPE)

    assert status in {None, answer.status}
    for name, value in DEFAULT_HEADERS.items():
        assert answer.headers[name.lower()] == value


@pytest.mark.parametrize("path", ["/", "/docs", "/console/app.js"])
def test_pages_are_kept_but_not_framed(client: Client, path: str) -> None:
    page = client.send("GET", path)
    again = client.send("GET", path, headers={"If-None-Match": page.headers["etag"]})

    assert (again.status, again.body) == (304, "")
    for answer in (page, again):
        assert answer.headers["cache-control"] == "no-cache"
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "no-referrer"
        policy = answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
        assert "script-src 'unsafe-inline'" not in policy


def test_docs_are_sent_compressed(local_url: str) -> None:
    with httpx.Client(base_url=local_url) as client, client.stream("GET", "/docs") as response:
        sent = b"".join(response.iter_raw())

    assert response.headers["content-encoding"] == "gzip"
    assert len(sent) == int(response.headers["content-length"]) < 600_000
    assert b"SwaggerUIBundle({" in gzip.decompress(sent)
