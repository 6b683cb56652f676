"""The page at ``/``, and its files."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from windvane.api.problems import RouteNotFoundError
from windvane.api.routing import Route

if TYPE_CHECKING:
    from windvane.api.console.console_files import ConsoleFile

ASK_AGAIN = "no-cache"
KEEP = "public, max-age=31536000, immutable"

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'self'; form-action 'none'; "
    "frame-ancestors 'none'; object-src 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""The page runs no script and asks no address but those of the server that it is from."""


class ConsoleRoutes:
    """Answers ``/`` and ``/console``; the files are read when first asked for."""

    @property
    def routes(self) -> Sequence[Route]:
        """Its routes."""
        return (
            Route("GET", "/", self.page),
            Route("GET", "/console/<file>", self.file),
        )

    def page(self, event: BaseProxyEvent) -> Response[str]:
        """Answer the page."""
        from windvane.api.console.console_files import build_page

        # API Gateway leaves the stage out of the event's own path.
        path = event["requestContext"].get("path")
        return _to_response(event, build_page(path), ASK_AGAIN)

    def file(self, event: BaseProxyEvent, file: str) -> Response[str]:
        """Answer one of the page's files.

        Raises:
            RouteNotFoundError: There is none of that name.
        """
        from windvane.api.console.console_files import get_file, get_version

        found = get_file(file)
        if found is None:
            raise RouteNotFoundError("path", "one of those in /openapi.json")
        is_current = event.query_string_parameters.get("v") == get_version()
        return _to_response(event, found, KEEP if is_current else ASK_AGAIN)


def _to_response(event: BaseProxyEvent, file: "ConsoleFile", caching: str) -> Response[str]:
    headers = {**HEADERS, "Cache-Control": caching, "ETag": file.etag}
    if _has(event, file.etag):
        return Response(HTTPStatus.NOT_MODIFIED, body="", headers=headers)
    return Response(HTTPStatus.OK, file.content_type, file.body, headers)


def _has(event: BaseProxyEvent, etag: str) -> bool:
    """Tell whether the browser has the file already (RFC 9110, section 13.1.2)."""
    named = (event.headers.get("if-none-match") or "").split(",")
    return any(name.strip().removeprefix("W/") in {etag, "*"} for name in named)
