"""A function that failed is a gateway response in AWS: status 502, the rest as ``DEFAULT_5XX``.

So is ``ACCESS_DENIED``, a signed request of somebody who has no grant. The emulator sends its
reasons instead, whatever the API's gateway responses say.
"""

import json
from collections.abc import Mapping
from typing import Any

RESPONSE_TYPE = "FUNCTION_FAILED"
"""A name of ours: a type with a 5xx takes over headers and body of ``DEFAULT_5XX``."""
STATUS = 502
DENIED_STATUS = 403
DENIED_TYPE = "ACCESS_DENIED"
SERVICE_TYPE = "application/x-amz-json-1.0"
"""Content type of a service's API, which a REST API's caller never sees."""


def add_gateway_failures() -> None:
    """Send the API's gateway response where a function failed, or a caller has no grant."""
    from ministack import app  # tests of the rest run without the emulator
    from ministack.core.iam_evaluator import AuthError
    from ministack.services import apigateway_v1

    errors = apigateway_v1._AUTHENTICATION_GATEWAY_ERRORS
    errors[DENIED_TYPE] = (DENIED_TYPE, "AccessDeniedException")
    enforce = app._enforce_execute_api

    def enforce_with_denials(*request: Any, **options: Any) -> Any:
        denied = enforce(*request, **options)
        if denied is None or not is_denial(*denied[:2]):
            return denied
        api_id, stage, _method, _path, headers, query = request
        error = AuthError(DENIED_TYPE, "The caller has no grant")
        return apigateway_v1.authentication_error_response(api_id, stage, error, headers, query)

    app._enforce_execute_api = enforce_with_denials

    apigateway_v1._DEFAULT_GATEWAY_RESPONSE_STATUS_CODES[RESPONSE_TYPE] = str(STATUS)
    invoke = apigateway_v1._invoke_lambda_proxy_v1

    async def invoke_with_failures(*arguments: Any, **options: Any) -> Any:
        response = await invoke(*arguments, **options)
        if not isinstance(response, tuple) or not is_failure(*response):
            return response
        return apigateway_v1._gw_error(RESPONSE_TYPE, "Internal server error")

    apigateway_v1._invoke_lambda_proxy_v1 = invoke_with_failures


def is_denial(status: int, headers: Mapping[str, str]) -> bool:
    """Whether a response is what the emulator sends to a caller without a grant."""
    types = [value for name, value in headers.items() if name.lower() == "content-type"]
    return status == DENIED_STATUS and types == [SERVICE_TYPE]


def is_failure(status: int, headers: dict[str, str], body: bytes) -> bool:
    """Whether a response is what the emulator sends for a function that failed."""
    if status != STATUS or headers != {"Content-Type": "application/json"}:
        return False
    return list(json.loads(body)) == ["message"]
