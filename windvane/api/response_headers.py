"""The headers that every response has, in AWS Lambda and on the local server."""

from collections.abc import Iterable

from windvane.api.request_trace import RequestTrace
from windvane.facts import SECURITY_HEADERS

DEFAULT_HEADERS = {
    **SECURITY_HEADERS,
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
"""What holds unless a response has a header of the same name: data, for nobody but its caller."""


def list_common_headers(trace: RequestTrace, names: Iterable[str]) -> dict[str, str]:
    """List the headers to add to a response.

    Args:
        trace: The request's.
        names: The response's own headers, in any case.
    """
    own = {name.lower() for name in names}
    defaults = {name: v for name, v in DEFAULT_HEADERS.items() if name.lower() not in own}
    return {**defaults, **trace.to_headers()}
