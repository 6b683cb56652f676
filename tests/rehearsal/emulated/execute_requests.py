"""What API Gateway's data plane adds to the emulator's: origins, a domain's base path, user pools.

The CDK lets a preflight's template choose among several origins, which the emulator does not run:
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html.
A function is sent the path with the base path in it, which the emulator leaves out. It asks itself
for the keys of a user pool by plain HTTP, which it refuses.
"""

import re
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

ALLOWED = "Access-Control-Allow-Origin"
CHOICE = re.compile(r'\$origin == "([^"]+)"')

_origin: ContextVar[str | None] = ContextVar("origin", default=None)
_base_path: ContextVar[str] = ContextVar("base_path", default="")
_mapped: ContextVar[str] = ContextVar("mapped", default="")
"""The base path of the request that is about to be executed; a connection has more than one."""


def add_execute_requests() -> None:
    """Let preflights choose an origin, functions see a base path, and pools be asked for keys."""
    from ministack.services import apigateway_v1  # tests of the rest run without the emulator

    resolve, execute = apigateway_v1.resolve_base_path_mapping, apigateway_v1.handle_execute
    answer, build = apigateway_v1._invoke_mock_v1, apigateway_v1._build_lambda_event_v1

    def resolve_and_remember(domain: str, path: str) -> Any:
        resolved = resolve(domain, path)
        _mapped.set(find_base_path(path, resolved[2]) if resolved else "")
        return resolved

    async def execute_and_remember(*arguments: Any) -> Any:
        headers: Mapping[str, str] = arguments[4]
        _origin.set(headers.get("origin"))
        _base_path.set(_mapped.get())
        _mapped.set("")
        return await execute(*arguments)

    def answer_origin(integration: Any) -> Any:
        status, headers, body = answer(integration)
        return status, allow_origin(headers, body.decode(), _origin.get()), b""

    def build_with_base_path(*arguments: Any, **options: Any) -> dict[str, Any]:
        event: dict[str, Any] = build(*arguments, **options)
        if _base_path.get():
            event["path"] = event["requestContext"]["path"] = _base_path.get() + event["path"]
        return event

    find_keys = apigateway_v1._resolve_jwks_url

    async def find_keys_by_tls(authorizer: Any) -> str | None:
        url: str | None = await find_keys(authorizer)
        return url and url.replace("http:", "https:", 1)

    apigateway_v1._resolve_jwks_url = find_keys_by_tls
    apigateway_v1.resolve_base_path_mapping = resolve_and_remember
    apigateway_v1.handle_execute = execute_and_remember
    apigateway_v1._invoke_mock_v1 = answer_origin
    apigateway_v1._build_lambda_event_v1 = build_with_base_path


def find_base_path(path: str, rest: str) -> str:
    """Return what a mapping took off a path, with a slash before it."""
    return path.rstrip("/") if rest == "/" else path.removesuffix(rest)


def allow_origin(headers: Mapping[str, str], template: str, origin: str | None) -> dict[str, str]:
    """Allow the request's origin, if it is one of those that the template names."""
    if origin not in CHOICE.findall(template):
        return dict(headers)
    return {**headers, ALLOWED: str(origin)}
