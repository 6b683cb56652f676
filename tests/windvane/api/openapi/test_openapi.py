import re
from collections.abc import Iterator
from typing import Any

import pytest
from openapi_schema_validator import validate as validate_schema
from openapi_spec_validator import validate

from tests.windvane.api.bad_requests import BAD_REQUESTS
from tests.windvane.api.clients import Client, post_json
from tests.windvane.api.fake_classifier import FakeClassifier
from windvane.api.openapi.document import (
    DOCUMENTED_ROUTES,
    build_openapi,
    to_openapi_path,
    to_operation_id,
)
from windvane.api.openapi.gateway_responses import refer_to_gateway_responses
from windvane.api.openapi.problem_examples import PROBLEM_EXAMPLES
from windvane.api.problems import PROBLEMS
from windvane.api.route import Route, load
from windvane.api.routes import build_routes
from windvane.facts import OPEN_PATHS
from windvane.settings import Settings

SETTINGS = Settings(bundle_uri="", threads=1, max_text_chars=7, max_batch_texts=5)
NOT_DESCRIBED = {"/console/<file>"}


def _check(document: dict[str, Any], schema: str, value: object) -> None:
    root = {**document, "$ref": f"#/components/schemas/{schema}"}
    validate_schema(value, root)


def _find_examples(described: Any) -> Iterator[tuple[dict[str, Any], Any]]:
    """Find every example that stands beside its schema."""
    if isinstance(described, list):
        for item in described:
            yield from _find_examples(item)
    if isinstance(described, dict):
        if {"schema", "example"} <= described.keys():
            yield described["schema"], described["example"]
        for item in described.values():
            yield from _find_examples(item)


@pytest.fixture
def document() -> dict[str, Any]:
    return build_openapi(SETTINGS)


def test_openapi_is_a_valid_document(client: Client) -> None:
    answer = client.send("GET", "/openapi.json")

    assert answer.headers["content-type"] == "application/json"
    assert answer.json["openapi"].startswith("3.1.")
    validate(answer.json)


def test_openapi_describes_every_route(document: dict[str, Any]) -> None:
    routes = build_routes(FakeClassifier, SETTINGS)
    described = {
        (method.upper(), path) for path, methods in document["paths"].items() for method in methods
    }

    assert described == {
        (route.method, re.sub("<(.+)>", r"{\1}", route.path))
        for route in routes
        if route.path not in NOT_DESCRIBED
    }


def test_openapi_asks_for_no_key_where_aws_leaves_a_path_open(document: dict[str, Any]) -> None:
    without_key = {
        path
        for path, methods in document["paths"].items()
        for operation in methods.values()
        if operation["security"] == []
    }

    assert without_key == set(OPEN_PATHS) & document["paths"].keys()
    assert without_key == {"/", "/health", "/docs"}


def test_openapi_describes_what_stands_in_a_path(document: dict[str, Any]) -> None:
    templated = {
        (path, method): re.findall("{(.+?)}", path)
        for path, methods in document["paths"].items()
        for method in methods
        if "{" in path
    }

    assert templated
    for (path, method), names in templated.items():
        parameters = document["paths"][path][method]["parameters"]
        assert [(p["name"], p["in"], p["required"]) for p in parameters] == [
            (name, "path", True) for name in names
        ]


@pytest.mark.parametrize("route", DOCUMENTED_ROUTES, ids=to_operation_id)
def test_openapi_gives_the_statuses_of_the_problems_table(
    document: dict[str, Any], route: Route
) -> None:
    responses = document["paths"][to_openapi_path(route)][route.method.lower()]["responses"]

    assert set(responses) == {
        str(int(route.status)),
        *(str(PROBLEMS[error].status) for error in route.errors),
        *(str(error.status) for error in load(route.foreign_errors)),
        *refer_to_gateway_responses(),
    }


def test_openapi_gives_every_status_that_bad_requests_get(document: dict[str, Any]) -> None:
    operations = {
        (method.upper(), path): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    sent = [bad for bad in BAD_REQUESTS if (bad.method, bad.path) in operations]

    missing = [
        bad.name
        for bad in sent
        if str(bad.status) not in operations[bad.method, bad.path]["responses"]
    ]

    assert sent
    assert missing == []


def test_openapi_limits_follow_the_settings(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]

    assert schemas["SentimentRequest"]["properties"]["text"]["maxLength"] == 7
    assert schemas["ClassifyRequest"]["properties"]["texts"]["maxItems"] == 5


def test_openapi_examples_keep_their_schemas() -> None:
    document = build_openapi(Settings(bundle_uri="", threads=1))

    shown = [*_find_examples(document)]

    assert len(shown) > 50
    for schema, example in shown:
        validate_schema(example, {**document, **schema})


def test_openapi_has_an_example_of_every_error_it_lists() -> None:
    listed = {error for route in DOCUMENTED_ROUTES for error in route.errors}

    assert listed
    assert listed <= set(PROBLEM_EXAMPLES)


def test_answers_keep_the_schemas(client: Client) -> None:
    document = client.send("GET", "/openapi.json").json

    one = post_json(client, "/sentiment", {"text": "good"})
    many = post_json(client, "/v1/classify", {"texts": ["good", ""]})
    problem = post_json(client, "/sentiment", {})

    _check(document, "SentimentAnswer", one.json)
    _check(document, "ClassifyAnswer", many.json)
    _check(document, "Problem", problem.json)
    _check(document, "ModelAnswer", client.send("GET", "/v1/model").json)
    _check(document, "HealthAnswer", client.send("GET", "/health").json)


def test_answers_with_results_keep_the_schemas(recording_client: Client) -> None:
    document = recording_client.send("GET", "/openapi.json").json

    one = post_json(recording_client, "/sentiment", {"text": "good"})
    many = post_json(recording_client, "/v1/classify", {"texts": ["good", ""]})
    found = recording_client.send("GET", f"/v1/results/{one.json['result_id']}")
    lost = recording_client.send("GET", "/v1/results/019aadd3-5a4f-7c1e-9d02-6b1f0a7c5e48")

    _check(document, "SentimentAnswer", one.json)
    _check(document, "ClassifyAnswer", many.json)
    _check(document, "ResultRecord", found.json)
    _check(document, "Problem", lost.json)


@pytest.mark.parametrize("path", ["/sentiment", "/v1/classify", "/v1/results/{result_id}"])
def test_openapi_says_when_to_try_again(document: dict[str, Any], path: str) -> None:
    for operation in document["paths"][path].values():
        assert operation["responses"]["503"]["headers"]["Retry-After"] == {
            "$ref": "#/components/headers/Retry-After"
        }
