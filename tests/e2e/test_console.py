"""The page, from the package under AWS's runtime emulator."""

import re

from tests.e2e.emulator import FunctionEmulator
from tests.windvane.api.events import build_rest_event


def test_function_answers_the_page_and_every_file_it_names(function: FunctionEmulator) -> None:
    page = function.invoke(build_rest_event("GET", "/"))
    named = re.findall(r'(?:href|src)="(console/[^"?]+)', page["body"])

    files = [function.invoke(build_rest_event("GET", f"/{name}")) for name in named]

    assert page["statusCode"] == 200
    assert '<base href="/prod/">' in page["body"]
    assert len(files) >= 4
    assert {file["statusCode"] for file in files} == {200}
