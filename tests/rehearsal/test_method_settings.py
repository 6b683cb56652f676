"""Paths of a template's throttles."""

import pytest

from tests.rehearsal.emulated.method_settings import unescape_paths


@pytest.mark.parametrize(
    ("escaped", "path"),
    [
        ("/~1health", "/health"),
        ("/~1console~1{file}", "/console/{file}"),
        ("/", "/"),
        ("/*", "/*"),
    ],
)
def test_path_is_that_of_the_api(escaped: str, path: str) -> None:
    [setting] = unescape_paths([{"ResourcePath": escaped, "HttpMethod": "GET"}])

    assert setting == {"ResourcePath": path, "HttpMethod": "GET"}
