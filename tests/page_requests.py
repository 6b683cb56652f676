"""Requests that the pages show as curl, sent without curl."""

import shlex
from collections.abc import Iterator
from typing import Any

import httpx

from tests.pages import PRINTED_ADDRESSES

_KNOWN_OPTIONS = {"-s", "-H", "-d", "-X"}


def send_curl(curl: str, address: str | None = None) -> httpx.Response:
    """Send what a curl line would.

    Args:
        curl: The line, with ``-s``, ``-H``, ``-d`` and ``-X`` only.
        address: Stands in for the printed address.
    """
    for printed in PRINTED_ADDRESSES if address else ():
        curl = curl.replace(printed, str(address))
    program, *words = shlex.split(curl)
    options = {word for word in words if word.startswith("-")}
    if program != "curl" or not options <= _KNOWN_OPTIONS:
        raise ValueError(f"cannot send: {curl}")
    [url] = [word for word in words if word.startswith("http")]
    headers = dict(value.split(": ", 1) for value in _values(words, "-H"))
    body = next(_values(words, "-d"), None)
    method = next(_values(words, "-X"), "GET" if body is None else "POST")
    content = None if body is None else body.encode()
    return httpx.request(method, url, headers=headers, content=content, timeout=30)


def _values(words: list[str], option: str) -> Iterator[str]:
    return (words[place + 1] for place, word in enumerate(words) if word == option)


def mask_figures(value: Any) -> Any:
    """Replace ids, and scores, which differ in the last digits between processors."""
    if isinstance(value, dict):
        return {
            key: "id" if key == "result_id" else mask_figures(item) for key, item in value.items()
        }
    if isinstance(value, list):
        return [mask_figures(item) for item in value]
    return "a score" if isinstance(value, float) else value
