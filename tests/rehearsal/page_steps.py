"""Pages of other origins: those that the stage allows read responses, others read none."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

from tests.rehearsal.caller import Caller
from tests.rehearsal.cloud_emulator import HOME, LOOPBACK, REPOSITORY
from tests.rehearsal.expectations import StepError, expect_equal, expect_that
from windvane.facts import CORS_HEADERS, PROBLEM_URI_PREFIX

BROWSER_SECONDS = 120
ALLOWED = "access-control-allow-origin"
JSON_HEADERS = {"content-type": "application/json"}
DISALLOWED = "https://other.example.com"
NO_RESULT = "/v1/results/00000000-0000-7000-8000-000000000000"


def check_preflight(caller: Caller, origins: Sequence[str]) -> None:
    """A preflight needs no key and allows each origin; the gateway's errors allow the first alone.

    Raises:
        StepError: A response lacks an origin, or allows another.
    """
    for origin in origins:
        _check_preflights(caller, origin)
    for origin in (*origins, DISALLOWED):
        sent = {"Origin": origin}
        by_gateway = caller.classify(headers=sent, key=None).expect_problem(403, "key-needed")
        by_function = caller.classify("", headers=sent).expect_problem(422, "field-rule")
        allowed = by_gateway.headers.get(ALLOWED), by_function.headers.get(ALLOWED)
        own = None if origin == DISALLOWED else origin
        expect_equal(f"{ALLOWED} of 403 and 422 for {origin}", allowed, (origins[0], own))


def _check_preflights(caller: Caller, origin: str) -> None:
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    for path in ("/sentiment", "/v1/classify", NO_RESULT):
        answer = caller.send("OPTIONS", path, key=None, headers=asked).expect(204)
        expect_equal(f"{ALLOWED} of OPTIONS {path}", answer.headers.get(ALLOWED), origin)
        named = answer.headers.get("access-control-allow-headers", "").lower().split(",")
        expect_that(
            "its headers", {*CORS_HEADERS} <= {*named}, expected=str(CORS_HEADERS), got=named
        )


def check_pages(caller: Caller, origins: Sequence[str]) -> str | None:
    """In a browser, a page of the first origin reads all, one of the second all but the gateway's.

    A page of a third origin, which is not allowed, reads nothing.

    Returns:
        A sentence to print if there is no browser.

    Raises:
        StepError: The pages got something else.
    """
    requests = _list_requests(caller)
    first = origins[0]
    pages = {**{origin: origin for origin in origins}, first.replace(LOOPBACK, "localhost"): first}
    visits = [
        {"server": server, "page": page, "url": caller.url, "requests": requests}
        for page, server in pages.items()
    ]
    responses = _browse(visits)
    if responses is None:
        return "not shown: pages in a browser, since no Chromium is installed"
    allowed, second, other = responses
    expect_equal("first origin", _list_statuses(allowed), [200, 403, 422, 404, 403])
    expect_equal("second origin", _list_statuses(second), [200, None, 422, 404, None])
    expect_equal("answer", json.loads(allowed[0]["body"])["sentiment"], "positive")
    problem = json.loads(allowed[1]["body"])["type"]
    expect_equal("problem", problem, f"{PROBLEM_URI_PREFIX}key-needed")
    expect_that("x-correlation-id", bool(allowed[0]["correlation"]), expected="one", got=allowed[0])
    read = [each for each in other if "refused" not in each]
    expect_equal("what a page of another origin reads", read, [])
    return None


def _list_statuses(responses: list[Mapping[str, Any]]) -> list[int | None]:
    """List the statuses that a page reads; None for a response that the browser keeps from it."""
    return [response.get("status") for response in responses]


def _list_requests(caller: Caller) -> list[Mapping[str, Any]]:
    """List requests that are answered, or refused by the gateway or by the function.

    The last needs no preflight, so that a page of any origin sends it.
    """
    keyed = {**JSON_HEADERS, "x-api-key": caller.key}
    post = {"method": "POST", "path": "/sentiment", "headers": keyed}
    return [
        {**post, "body": '{"text": "I love it"}'},
        {**post, "body": '{"text": "I love it"}', "headers": JSON_HEADERS},
        {**post, "body": '{"text": ""}'},
        {"method": "DELETE", "path": NO_RESULT, "headers": keyed},
        {"method": "GET", "path": "/v1/results", "headers": {}},
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
