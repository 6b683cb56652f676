"""Files that people have, read by the page's scripts as the command reads them."""

import base64
import json
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.conftest import REPOSITORY
from tests.console.page_reader import READ, build_file, read_in_node

ALL_CASES = json.loads((REPOSITORY / "tests/file_cases/cases.json").read_text(encoding="utf-8"))
CASES = [case for case in ALL_CASES if not case.get("python_only")]
TABLES = [case for case in ALL_CASES if case.get("python_only") and "base64" in case]


def build_files(cases: list[dict[str, Any]]) -> list[dict[str, str]]:
    contents = (
        base64.b64decode(case["base64"]) if "base64" in case else case["content"].encode()
        for case in cases
    )
    return [
        build_file(case["file"], content) for case, content in zip(cases, contents, strict=True)
    ]


FILES = build_files(CASES)


RUNS = [
    pytest.param(engine, case, id=f"{case['name']}, {engine}")
    for engine in ("node", "browser")
    for case in CASES
    # Node 22 takes Windows-1252 for Latin-1, which lacks its quotes and the euro.
    if (engine, case["name"]) != ("node", "cp1252 CSV")
]


@pytest.fixture(scope="module")
def node_answers() -> Any:
    return read_in_node(FILES)


@pytest.fixture(scope="module")
def browser_answers(browser: Browser, server_url: str) -> Any:
    page = browser.new_page()
    page.goto(server_url)
    folder = page.evaluate("String(new URL('console/', document.baseURI))")
    return page.evaluate(READ, {"folder": folder, "files": FILES})


def expand(cell: Any) -> Any:
    return cell["repeat"] * cell["times"] if isinstance(cell, dict) else cell


@pytest.mark.parametrize(("engine", "case"), RUNS)
def test_page_reads_a_file_as_the_command_does(
    request: pytest.FixtureRequest, engine: str, case: dict[str, Any]
) -> None:
    answers = request.getfixturevalue(f"{engine}_answers")
    expected, answer = case["expect"], answers[CASES.index(case)]

    if "error" in expected:
        assert expected["error"] in answer["error"]
        return
    assert "error" not in answer, answer["error"]
    rows = [{name: expand(cell) for name, cell in row.items()} for row in expected["rows"]]
    assert answer["rows"] == rows
    rejects = [(reject["line"], reject["reason"]) for reject in answer["rejects"]]
    wanted = [(reject["line"], reject["reason"]) for reject in expected["rejects"]]
    assert [line for line, _ in rejects] == [line for line, _ in wanted]
    assert all(part in reason for (_, reason), (_, part) in zip(rejects, wanted, strict=True))
    for fact in expected.keys() & {"encoding", "delimiter"}:
        assert answer[fact] == expected[fact]


def test_page_refuses_the_tables_that_the_command_alone_reads() -> None:
    answers = read_in_node(build_files(TABLES))

    sentences = [answer.get("error", "") for answer in answers]
    assert len(sentences) >= 5
    for sentence in sentences:
        assert "save it as CSV, or run 'windvane classify --input" in sentence
