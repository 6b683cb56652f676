"""JSON that a service sent, bounded in depth and in its numbers."""

import json
from typing import Any, NoReturn

from windvane.aws.http_response import HttpError


def read_json_object(content: bytes) -> dict[str, Any]:
    """Read a JSON object.

    Raises:
        HttpError: It is none, is nested too deeply, or holds a number that is none or too long.
    """
    try:
        decoded = json.loads(content, parse_constant=_refuse)
    except (RecursionError, ValueError):  # json's own message would lead to the content
        decoded = None
    if not isinstance(decoded, dict):
        raise HttpError("the response is not a JSON object")
    return decoded


def _refuse(_: str) -> NoReturn:
    raise ValueError("not a number of JSON")
