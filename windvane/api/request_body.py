"""Reads the body of a request as JSON."""

import base64
import json
from collections.abc import Callable
from typing import Any, Never

from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from windvane.api.problems import (
    BodyTooLargeError,
    ContentTypeError,
    MalformedBodyError,
)
from windvane.facts import MAX_BODY_BYTES

BOM = "\ufeff"
GZIP_MAGIC = b"\x1f\x8b"
KNOWN_ENCODINGS = frozenset({"br", "compress", "deflate", "gzip", "x-gzip", "zstd"})
"""Names that a message may repeat, from IANA's registry."""


def read_json(event: BaseProxyEvent, *, check_type: Callable[[str], None] | None = None) -> object:
    """Read the body as JSON.

    Args:
        event: The request.
        check_type: Raises if the content type is wrong; by default `check_content_type`.

    Raises:
        BodyTooLargeError: It is larger than `MAX_BODY_BYTES`.
        ContentTypeError: The content type is not JSON, or the body is compressed.
        MalformedBodyError: It is not JSON in UTF-8, or an object names a field twice.
    """
    body = event.body or ""
    if len(body.encode("utf-8", "surrogatepass")) > MAX_BODY_BYTES:
        raise body_too_large()
    headers = event.headers  # powertools copies them each time
    check_content_encoding(headers.get("content-encoding") or "")
    (check_type or check_content_type)(headers.get("content-type") or "")
    if not body:
        raise MalformedBodyError("body", "valid JSON", hint="It is empty.")
    return parse_json(decode_base64(body) if event.is_base64_encoded else body)


def body_too_large() -> BodyTooLargeError:
    """Build the error for a body over the limit."""
    return BodyTooLargeError("body", f"at most {MAX_BODY_BYTES} bytes")


def check_content_encoding(content_encoding: str) -> None:
    """Accept a body that is not encoded (RFC 9110, section 8.4).

    Raises:
        ContentTypeError: It is encoded, such as compressed by gzip; the hint names the encoding.
    """
    encodings = {name.strip().lower() for name in content_encoding.split(",")}
    refused = encodings - {"", "identity"}
    if refused:
        named = refused <= KNOWN_ENCODINGS
        raise _refuse_encoding(", ".join(sorted(refused)) if named else "another encoding")


def _refuse_encoding(name: str) -> ContentTypeError:
    hint = f"The body is in {name}; send it uncompressed."
    return ContentTypeError("content-encoding", "identity", hint=hint)


def check_content_type(content_type: str) -> None:
    """Accept ``application/json`` and ``application/*+json``, with or without parameters.

    Raises:
        ContentTypeError: It is another type, or missing.
    """
    media_type = content_type.partition(";")[0].strip().lower()
    is_json = media_type == "application/json" or (
        media_type.startswith("application/") and media_type.endswith("+json")
    )
    if not is_json:
        raise ContentTypeError(
            "content-type",
            "application/json",
            hint="With curl, add -H 'content-type: application/json'.",
        )


def decode_base64(body: str) -> str:
    """Decode a body that API Gateway passes as base64.

    Raises:
        ContentTypeError: It is compressed by gzip.
        MalformedBodyError: It is not base64, or does not decode to UTF-8.
    """
    try:
        return decode_utf8(base64.b64decode(body, validate=True))
    except ValueError as error:
        raise MalformedBodyError("body", "JSON in UTF-8") from error


def decode_utf8(body: bytes | bytearray) -> str:
    """Decode a body.

    Raises:
        ContentTypeError: It is compressed by gzip.
        MalformedBodyError: It is not UTF-8.
    """
    if body.startswith(GZIP_MAGIC):
        raise _refuse_encoding("gzip")
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise MalformedBodyError("body", "JSON in UTF-8") from error


def parse_json(body: str) -> object:
    """Parse JSON; a byte order mark before it is skipped (RFC 8259, section 8.1).

    The standard library's parser accepts lone surrogates, so that one of them affects only the text
    that it is in.

    Raises:
        MalformedBodyError: It is not JSON, or an object names a field twice.
    """
    try:
        return _DECODER.decode(body.removeprefix(BOM))
    except json.JSONDecodeError as error:
        place = f"It goes wrong at line {error.lineno}, column {error.colno}."
        raise MalformedBodyError("body", "valid JSON", hint=place) from error
    except RecursionError as error:
        raise MalformedBodyError("body", "JSON that is nested less deeply") from error
    except ValueError as error:  # the interpreter's own limit on the digits of an integer
        raise MalformedBodyError("body", "JSON with shorter numbers") from error


def _build_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise MalformedBodyError("body", "each field named once")
    return fields


def _refuse_constant(_: str) -> Never:
    raise MalformedBodyError("body", "valid JSON, which has no NaN or Infinity")


_DECODER = json.JSONDecoder(object_pairs_hook=_build_object, parse_constant=_refuse_constant)
