"""Every error of ours in the table of docs/api.md is provoked over HTTP."""

import asyncio
import re

import pytest

from infra.gateway_problems import GATEWAY_PROBLEMS
from tests.conftest import REPOSITORY
from tests.contract.problem_cases import CASES
from windvane.api.problems import PROBLEMS
from windvane.facts import PROBLEM_TYPE

PAGE = (REPOSITORY / "docs" / "api.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d{3}) \| `urn:windvane:problem:(\S+)` \| (.*) \|$", PAGE, re.MULTILINE)
OF_API_GATEWAY = {problem.name for problem in GATEWAY_PROBLEMS} - {
    kind.name for kind in PROBLEMS.values()
}
OURS = [row for row in ROWS if row[1] not in OF_API_GATEWAY]


def test_every_kind_of_problem_has_a_case() -> None:
    assert CASES.keys() == {kind.name for kind in PROBLEMS.values()}
    assert {name for _, name, _ in OURS} == CASES.keys()


@pytest.mark.parametrize(("status", "name", "said"), OURS, ids=[name for _, name, _ in OURS])
def test_problem_comes_about_as_the_page_says(status: str, name: str, said: str) -> None:
    answer = asyncio.run(CASES[name]())

    problem = answer.json()
    assert (answer.status_code, problem["status"]) == (int(status), int(status))
    assert answer.headers["content-type"] == PROBLEM_TYPE
    assert problem["type"] == f"urn:windvane:problem:{name}"
    assert {"title", "detail", "errors"} <= problem.keys()
    for header in re.findall("`(Allow|Retry-After)`", said):
        assert answer.headers[header]
