"""The table finds what powertools finds; were it blinder, a request could pass by the queue."""

import json
from time import perf_counter

import pytest
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent
from aws_lambda_powertools.utilities.typing import LambdaContext

from tests.windvane.api.events import build_rest_event
from windvane.api.route import Handler, Route
from windvane.api.routing import (
    TRAILING_SLASHES,
    RouteTable,
    build_router,
    to_json_response,
)

PATHS = [
    "/sentiment",
    "/sentiment/",
    "/sentiment//",
    "/sentiment\n",
    "/sentiment/\n",
    "/sentiment\n/",
    "/sentiment\n\n",
    "\n/sentiment",
    "/\n",
    "///",
    "/Sentiment",
    "//sentiment",
    "/v1/results",
    "/v1/results/",
    "/v1/results/01j",
    "/v1/results/01j/",
    "/v1/results/01j\n",
    "/v1/results/01j/\n",
    "/v1/results/a b%",
    '/v1/results/a"b',
    "/v1/results/a/b",
    "/v1/results/01j/feedback",
    "/v1/results/summary",
    "/v1/results/summary/",
    "/v1/results/summary//",
    "/v1/results/01j/feedback/",
    "/v1/results/\u00e4\U0001f600",
    "/openapi.json",
    "/openapiXjson",
    "/openapi/json",
    "/openapi.json\n",
    "/",
    "",
    "/nowhere",
]


def _handle(name: str) -> Handler:
    def handler(_: BaseProxyEvent, **path_parameters: str) -> object:
        return to_json_response([name, path_parameters])

    return handler


ROUTES = [
    Route(method, path, _handle(f"{method} {path}"))
    for method, path in (
        ("POST", "/sentiment"),
        ("GET", "/v1/results/<result_id>"),
        ("DELETE", "/v1/results/<result_id>"),
        ("POST", "/v1/results/<result_id>/feedback"),
        ("GET", "/v1/results"),
        ("GET", "/v1/results/summary"),
        ("GET", "/openapi.json"),
        ("GET", "/"),
    )
]


@pytest.fixture(scope="module")
def resolver() -> APIGatewayRestResolver:
    resolver = APIGatewayRestResolver(strip_prefixes=[TRAILING_SLASHES])
    resolver.include_router(build_router(ROUTES))
    return resolver


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE", "PATCH"])
def test_route_table_matches_what_powertools_does(
    resolver: APIGatewayRestResolver, method: str, path: str
) -> None:
    answer = resolver.resolve(build_rest_event(method, path), LambdaContext())

    table = RouteTable(ROUTES)
    found = table.match(method, path)
    assert (found is not None) == (answer["statusCode"] == 200)
    if found and method != "HEAD":
        name, path_parameters = json.loads(answer["body"])
        assert name == f"{found.method} {found.path}"
        assert path_parameters == table.read_parameters(found, path)


@pytest.mark.parametrize("ending", ["\n", "/\n", "\n/", "\r", "\0", "\u2028"])
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method}-{route.path}")
def test_no_route_takes_a_path_that_ends_in_a_control_character(
    resolver: APIGatewayRestResolver, route: Route, ending: str
) -> None:
    path = route.path.replace("<result_id>", "01j") + ending

    answer = resolver.resolve(build_rest_event(route.method, path), LambdaContext())

    assert answer["statusCode"] == 404
    assert RouteTable(ROUTES).find(path) == []


def test_trailing_slashes_are_found_in_linear_time() -> None:
    path = f"/{'/' * 200_000}x"

    started = perf_counter()
    found = TRAILING_SLASHES.search(path)

    assert found is None
    assert perf_counter() - started < 1


def test_route_table_finds_every_method_of_a_path() -> None:
    found = RouteTable(ROUTES).find("/v1/results/01j/")

    assert [route.method for route in found] == ["GET", "DELETE"]
