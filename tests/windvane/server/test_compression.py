"""Static responses are compressed once, for clients that read gzip."""

import asyncio
import gzip

import pytest

from windvane.server.asgi import AsgiResponse, Scope
from windvane.server.compression import MAX_KEPT, Compressor, accepts_gzip

BODY = b"a page " * 1000
ETAG = (b"etag", b'W/"1"')
SCOPE: Scope = {"headers": [(b"accept-encoding", b"gzip, br")]}


def _compress(
    response: AsgiResponse, compressor: Compressor | None = None, scope: Scope = SCOPE
) -> AsgiResponse:
    return asyncio.run((compressor or Compressor()).compress(scope, response))


def test_static_response_is_compressed() -> None:
    response = _compress(AsgiResponse(200, [ETAG], BODY))

    assert gzip.decompress(response.body) == BODY
    assert response.headers == [ETAG, (b"content-encoding", b"gzip")]
    assert len(response.body) < len(BODY) / 10


@pytest.mark.parametrize(
    ("headers", "body"),
    [([], BODY), ([ETAG], b"small"), ([ETAG], b"")],
    ids=["answer of one request", "small", "HEAD or 304"],
)
def test_other_responses_are_left_alone(headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    response = AsgiResponse(200, headers, body)

    assert _compress(response) is response


def test_every_client_is_sent_the_same_body() -> None:
    compressor = Compressor()
    bodies = [BODY, bytes(bytearray(BODY))]

    plain = [_compress(AsgiResponse(200, [ETAG], b), compressor, {"headers": []}) for b in bodies]
    compressed = [_compress(AsgiResponse(200, [ETAG], b), compressor) for b in bodies]

    assert plain[0].body is plain[1].body
    assert plain[0].body == BODY
    assert compressed[0].body is compressed[1].body
    assert gzip.decompress(compressed[0].body) == BODY


@pytest.mark.parametrize(
    ("value", "accepts"),
    [
        (b"gzip", True),
        (b"deflate, GZIP;q=0.5", True),
        (b"gzip ; q=0", False),
        (b"gzip;q=0.000", False),
        (b"br", False),
        (b"x-gzip-not", False),
        (b"", False),
    ],
)
def test_accepts_gzip_reads_the_weights(value: bytes, accepts: bool) -> None:
    assert accepts_gzip({"headers": [(b"accept-encoding", value)]}) is accepts


def test_body_is_compressed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    compressor = Compressor()
    first = _compress(AsgiResponse(200, [ETAG], BODY), compressor)

    monkeypatch.setattr(gzip, "compress", None)

    assert _compress(AsgiResponse(200, [ETAG], BODY), compressor) == first


def test_few_bodies_are_kept() -> None:
    compressor = Compressor()

    for i in range(3 * MAX_KEPT):
        _compress(AsgiResponse(200, [(b"etag", str(i).encode())], BODY), compressor)

    assert len(compressor._kept) <= MAX_KEPT
