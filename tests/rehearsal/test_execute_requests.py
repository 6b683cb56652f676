"""What the emulator's data plane is taught about origins and base paths."""

import pytest
from aws_cdk import App, Stack, aws_apigateway
from aws_cdk.assertions import Template

from infra.cross_origin import build_preflight
from tests.rehearsal.emulated.execute_requests import ALLOWED, allow_origin, find_base_path

ORIGINS = ("https://a.example.com", "https://b.example.com", "https://c.example.com")


@pytest.fixture(scope="module")
def template() -> str:
    """The CDK's template of a preflight for these origins."""
    stack = Stack(App(), "stack")
    api = aws_apigateway.RestApi(
        stack, "api", default_cors_preflight_options=build_preflight(ORIGINS, ())
    )
    api.root.add_method("GET")
    preflights = {"Properties": {"HttpMethod": "OPTIONS"}}
    methods = Template.from_stack(stack).find_resources("AWS::ApiGateway::Method", preflights)
    [method] = methods.values()
    [response] = method["Properties"]["Integration"]["IntegrationResponses"]
    return str(response["ResponseTemplates"]["application/json"])


@pytest.mark.parametrize("origin", [*ORIGINS, "https://other.example.com", None])
def test_preflight_allows_one_of_the_origins(template: str, origin: str | None) -> None:
    headers = allow_origin({ALLOWED: ORIGINS[0]}, template, origin)

    assert headers[ALLOWED] == (origin if origin in ORIGINS else ORIGINS[0])


@pytest.mark.parametrize(
    ("path", "rest", "base_path"),
    [
        ("/text/health", "/health", "/text"),
        ("/text", "/", "/text"),
        ("/text/", "/", "/text"),
        ("/health", "/health", ""),
        ("/", "/", ""),
    ],
)
def test_base_path_is_what_a_mapping_takes_off(path: str, rest: str, base_path: str) -> None:
    assert find_base_path(path, rest) == base_path
