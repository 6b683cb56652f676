"""Pages of other origins: the one that the stage allows reads every response, others read none."""

import json
import subprocess
from collections.abc import Mapping
from typing import Any

from tests.rehearsal.caller import Caller
from tests.rehearsal.cloud_emulator import HOME, LOOPBACK, REPOSITORY
from tests.rehearsal.expectations import StepError, expect_equal, expect_that
from windvane.facts import CORS_HEADERS, PROBLEM_URI_PREFIX

BROWSER_SECONDS = 120
ALLOWED = "access-control-allow-origin"
JSON_HEADERS = {"content-type": "application/json"}
NO_RESULT = "/v1/results/00000000-0000-7000-8000-000000000000"


def check_preflight(caller: Caller, origin: str) -> None:
    """A preflight needs no key, and errors can be read too, whoever sends them.

    Raises:
        StepError: A response lacks the origin, or allows another.
    """
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    for path in ("/sentiment", "/v1/classify", NO_RESULT):
        answer = caller.send("OPTIONS", path, key=None, headers=asked).expect(204)
        expect_equal(f"{ALLOWED} of OPTIONS {path}", answer.headers.get(ALLOWED), origin)
        named = answer.headers.get("access-control-allow-headers", "").lower().split(",")
        expect_that(
            "its headers", {*CORS_HEADERS} <= {*named}, expected=str(CORS_HEADERS), got=named
        )
    sent = {"Origin": origin}
    by_gateway = caller.classify(headers=sent, key=None).expect_problem(403, "key-needed")
    by_function = caller.classify("", headers=sent).expect_problem(422, "field-rule")
    for answer in (by_gateway, by_function):
        expect_equal(f"{ALLOWED} of {answer.status}", answer.headers.get(ALLOWED), origin)


def check_pages(caller: Caller, origin: str) -> str | None:
    """A page of that origin reads answers and errors in a browser, one of another origin neither.

    Returns:
        A sentence to print if there is no browser.

    Raises:
        StepError: The pages got something else.
    """
    requests = _list_requests(caller)
    pages = [origin, origin.replace(LOOPBACK, "localhost")]
    visits = [
        {"server": origin, "page": page, "url": caller.url, "requests": requests} for page in pages
    ]
    responses = _browse(visits)
    if responses is None:
        return "not shown: pages in a browser, since no Chromium is installed"
    allowed, other = responses
    expect_equal("statuses", [each.get("status") for each in allowed], [200, 403, 422, 404])
    expect_equal("answer", json.loads(allowed[0]["body"])["sentiment"], "positive")
    problem = json.loads(allowed[1]["body"])["type"]
    expect_equal("problem", problem, f"{PROBLEM_URI_PREFIX}key-needed")
    expect_that("x-correlation-id", bool(allowed[0]["correlation"]), expected="one", got=allowed[0])
    read = [each for each in other if "refused" not in each]
    expect_equal("what a page of another origin reads", read, [])
    return None


def _list_requests(caller: Caller) -> list[Mapping[str, Any]]:
    """List requests that are answered, refused by the gateway, and refused by the function."""
    keyed = {**JSON_HEADERS, "x-api-key": caller.key}
    post = {"method": "POST", "path": "/sentiment", "headers": keyed}
    return [
        {**post, "body": '{"text": "I love it"}'},
        {**post, "body": '{"text": "I love it"}', "headers": JSON_HEADERS},
        {**post, "body": '{"text": ""}'},
        {"method": "DELETE", "path": NO_RESULT, "headers": keyed},
    ]


def _browse(visits: list[dict[str, Any]]) -> Any:
    """Let the emulator's own Python, which has the driver, open the pages."""
    done = subprocess.run(
        [HOME / "bin" / "python", "-m", "tests.rehearsal.other_origin"],
        cwd=REPOSITORY,
        input=json.dumps(visits),
        capture_output=True,
        text=True,
        timeout=BROWSER_SECONDS,
        check=False,
    )
    if done.returncode:
        raise StepError("browser", expected="responses", got=done.stderr[-1000:])
    return json.loads(done.stdout)
