"""Lets pages of other origins call the API (CORS)."""

from collections.abc import Sequence

from aws_cdk import Duration, aws_apigateway

from windvane.facts import CORS_EXPOSED_HEADERS, CORS_HEADERS, CORS_MAX_AGE_SECONDS, CORS_METHODS

_HEADER = "Access-Control-Allow-Origin"


def build_preflight(
    origins: Sequence[str], authorization_headers: Sequence[str]
) -> aws_apigateway.CorsOptions | None:
    """Let API Gateway answer the preflight of each route by itself, without a key.

    Args:
        origins: Origins whose pages may call; none for no preflights.
        authorization_headers: Names of headers that the stage's authorizer reads.
    """
    if not origins:
        return None
    return aws_apigateway.CorsOptions(
        allow_origins=list(origins),
        allow_methods=list(CORS_METHODS),
        allow_headers=[*CORS_HEADERS, *authorization_headers],
        max_age=Duration.seconds(CORS_MAX_AGE_SECONDS),
    )


def list_error_headers(origins: Sequence[str]) -> dict[str, str]:
    """List the headers of API Gateway's own responses, as its parameter mapping wants them.

    A mapping cannot choose among origins, so all of these responses name the first: pages of the
    others cannot read them, and neither can pages of an origin that is not allowed. See
    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-gateway-responses.responseTemplates.html.
    """
    if not origins:
        return {}
    exposed = ", ".join(CORS_EXPOSED_HEADERS)
    headers = {_HEADER: origins[0], "Access-Control-Expose-Headers": exposed, "Vary": "Origin"}
    return {name: f"'{value}'" for name, value in headers.items()}
