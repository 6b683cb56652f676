import base64
import gzip
from collections.abc import Mapping

import pytest
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from tests.windvane.api.clients import JSON_TYPE
from tests.windvane.api.events import build_rest_event
from windvane.api.problems import (
    BodyTooLargeError,
    ContentTypeError,
    MalformedBodyError,
)
from windvane.api.request_body import (
    check_content_type,
    decode_base64,
    parse_json,
    read_json,
)
from windvane.facts import MAX_BODY_BYTES


def _event(
    body: str | None, headers: Mapping[str, str] = JSON_TYPE, *, is_base64: bool = False
) -> APIGatewayProxyEvent:
    event = build_rest_event("POST", "/sentiment", headers=headers)
    return APIGatewayProxyEvent({**event, "body": body, "isBase64Encoded": is_base64})


def test_read_json_reads_a_base64_body() -> None:
    body = base64.b64encode('{"text": "schön"}'.encode()).decode()

    value = read_json(_event(body, is_base64=True))

    assert value == {"text": "schön"}


def test_read_json_takes_a_body_of_exactly_the_limit() -> None:
    at_limit = '"' + "é" * (MAX_BODY_BYTES // 2 - 1) + '"'

    value = read_json(_event(at_limit))

    assert value == at_limit.strip('"')
    with pytest.raises(BodyTooLargeError):
        read_json(_event(at_limit + " "))


def test_read_json_reads_an_event_without_headers() -> None:
    event = APIGatewayProxyEvent({**_event("{}").raw_event, "headers": None})

    with pytest.raises(ContentTypeError):
        read_json(event)


def test_read_json_survives_a_raw_lone_surrogate() -> None:
    value = read_json(_event('{"text": "\ud800"}'))

    assert value == {"text": "\ud800"}


@pytest.mark.parametrize(
    "content_type",
    ["", ";", "text/json", "application/jsonp", "text/plain+json", "multipart/form-data"],
)
def test_check_content_type_refuses(content_type: str) -> None:
    with pytest.raises(ContentTypeError):
        check_content_type(content_type)


@pytest.mark.parametrize("body", ["%%%", "e30", "/w==", "é"])
def test_decode_base64_refuses_what_is_no_text_in_base64(body: str) -> None:
    with pytest.raises(MalformedBodyError):
        decode_base64(body)


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_parse_json_refuses_constants_that_json_lacks(constant: str) -> None:
    with pytest.raises(MalformedBodyError):
        parse_json(f'{{"text": {constant}}}')


def test_parse_json_refuses_a_name_twice_at_any_depth() -> None:
    with pytest.raises(MalformedBodyError):
        parse_json('{"a": [{"b": 1, "b": 2}]}')


def test_parse_json_says_where_it_goes_wrong() -> None:
    with pytest.raises(MalformedBodyError) as caught:
        parse_json('{\n"text": secret}')

    assert caught.value.hint == "It goes wrong at line 2, column 9."


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "br", "identity, zstd"])
def test_read_json_names_the_encoding_of_a_compressed_body(encoding: str) -> None:
    event = _event("{}", {**JSON_TYPE, "Content-Encoding": encoding})

    with pytest.raises(ContentTypeError) as caught:
        read_json(event)

    assert caught.value.error.field == "content-encoding"
    assert encoding.lower().removeprefix("identity, ") in caught.value.hint


def test_read_json_recognises_gzip_without_its_header() -> None:
    body = base64.b64encode(gzip.compress(b"{}")).decode()

    with pytest.raises(ContentTypeError, match="content-encoding") as caught:
        read_json(_event(body, is_base64=True))

    assert "gzip" in caught.value.hint


def test_read_json_never_repeats_an_unknown_encoding() -> None:
    event = _event("{}", {**JSON_TYPE, "Content-Encoding": "secret"})

    with pytest.raises(ContentTypeError) as caught:
        read_json(event)

    assert "secret" not in caught.value.hint


def test_read_json_takes_the_identity_encoding() -> None:
    assert read_json(_event("{}", {**JSON_TYPE, "Content-Encoding": "identity"})) == {}
