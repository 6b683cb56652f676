"""The handlers of the console and its files."""

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from windvane.api.console.console_files import build_page, get_file, get_version
from windvane.api.problems import RouteNotFoundError
from windvane.api.route import Dependencies
from windvane.api.static_response import REVALIDATE, respond_static

IMMUTABLE = "public, max-age=31536000, immutable"


def page(event: BaseProxyEvent, dependencies: Dependencies) -> Response[str]:
    """Return the page."""
    # API Gateway leaves the stage out of the event's own path. The local server knows no more than
    # the path that a proxy takes off.
    base_path = dependencies.settings.base_path
    path = event["requestContext"].get("path") or (f"/{base_path}" if base_path else None)
    return respond_static(event, build_page(path, has_jobs=dependencies.jobs is not None))


def file(event: BaseProxyEvent, _: Dependencies, file: str) -> Response[str]:
    """Return one of the page's files.

    Raises:
        RouteNotFoundError: No file has this name.
    """
    named = get_file(file)
    if named is None:
        raise RouteNotFoundError("path", "one of those in /openapi.json")
    is_current = event.query_string_parameters.get("v") == get_version()
    return respond_static(event, named, IMMUTABLE if is_current else REVALIDATE)
