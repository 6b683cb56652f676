"""A function that failed is a gateway response in AWS: status 502, the rest as ``DEFAULT_5XX``.

The emulator sends its reason instead, whatever the API's gateway responses say.
"""

import json
from typing import Any

RESPONSE_TYPE = "FUNCTION_FAILED"
"""A name of ours: a type with a 5xx takes over headers and body of ``DEFAULT_5XX``."""
STATUS = 502


def add_gateway_failures() -> None:
    """Send the API's gateway response where a function failed."""
    from ministack.services import apigateway_v1  # tests of the rest run without the emulator

    apigateway_v1._DEFAULT_GATEWAY_RESPONSE_STATUS_CODES[RESPONSE_TYPE] = str(STATUS)
    invoke = apigateway_v1._invoke_lambda_proxy_v1

    async def invoke_with_failures(*arguments: Any, **options: Any) -> Any:
        response = await invoke(*arguments, **options)
        if not isinstance(response, tuple) or not is_failure(*response):
            return response
        return apigateway_v1._gw_error(RESPONSE_TYPE, "Internal server error")

    apigateway_v1._invoke_lambda_proxy_v1 = invoke_with_failures


def is_failure(status: int, headers: dict[str, str], body: bytes) -> bool:
    """Whether a response is what the emulator sends for a function that failed."""
    if status != STATUS or headers != {"Content-Type": "application/json"}:
        return False
    return list(json.loads(body)) == ["message"]
