"""What a rehearsing caller accepts."""

import json

import pytest

from tests.rehearsal.caller import Response
from tests.rehearsal.expectations import StepError

PROBLEM = {"type": "urn:windvane:problem:key-needed"}


def build_response(*, kind: str = "application/problem+json") -> Response:
    return Response(
        request="GET /v1/results",
        status=403,
        headers={"content-type": kind},
        body=json.dumps(PROBLEM).encode(),
    )


def test_problem_is_accepted() -> None:
    response = build_response()

    assert response.expect_problem(403, "key-needed") is response


@pytest.mark.parametrize(
    ("response", "status", "name"),
    [
        (build_response(), 429, "key-needed"),
        (build_response(), 403, "throttled"),
        (build_response(kind="application/json"), 403, "key-needed"),
    ],
    ids=["status", "kind", "content type"],
)
def test_other_response_is_refused(response: Response, status: int, name: str) -> None:
    with pytest.raises(StepError, match="GET /v1/results"):
        response.expect_problem(status, name)
