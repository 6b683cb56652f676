import pytest

from windvane.api import problems
from windvane.api.problems import (
    PROBLEMS,
    UNEXPECTED,
    LogUnavailableError,
    ModelNotReadyError,
    ProblemError,
    to_problem,
    to_response,
    to_unexpected_response,
)
from windvane.api.request_body import body_too_large


def test_problems_lists_every_error() -> None:
    ours = {
        error for error in ProblemError.__subclasses__() if error.__module__ == problems.__name__
    }

    assert set(PROBLEMS) == ours


def test_problems_have_a_type_each() -> None:
    types = [kind.type for kind in [*PROBLEMS.values(), UNEXPECTED]]

    assert len(set(types)) == len(types)


@pytest.mark.parametrize(
    ("error_type", "status"),
    [
        ("MalformedBodyError", 400),
        ("MalformedRequestError", 400),
        ("RouteNotFoundError", 404),
        ("ResultNotFoundError", 404),
        ("MethodNotAllowedError", 405),
        ("BodyTooLargeError", 413),
        ("ContentTypeError", 415),
        ("FieldRuleError", 422),
        ("ModelNotReadyError", 503),
        ("LogUnavailableError", 503),
    ],
)
def test_problems_give_the_documented_status(error_type: str, status: int) -> None:
    by_name = {error.__name__: kind.status for error, kind in PROBLEMS.items()}

    assert by_name[error_type] == status


def test_to_problem_names_field_rule_and_hint() -> None:
    problem = to_problem(body_too_large())

    assert (problem.status, problem.type) == (413, "urn:windvane:problem:body-too-large")
    assert problem.detail == "The rule for body is: at most 6291456 bytes."
    assert [(error.field, error.rule) for error in problem.errors] == [
        ("body", "at most 6291456 bytes")
    ]


@pytest.mark.parametrize(
    "error", [ModelNotReadyError(), LogUnavailableError()], ids=["model", "log"]
)
def test_to_response_says_when_to_try_again(error: ProblemError) -> None:
    response = to_response(error)

    assert response.status_code == 503
    assert response.headers == {"Retry-After": "1", "Content-Type": "application/problem+json"}


def test_to_unexpected_response_says_nothing_of_the_error() -> None:
    response = to_unexpected_response()

    assert response.status_code == 500
    assert '"errors":[]' in str(response.body)
