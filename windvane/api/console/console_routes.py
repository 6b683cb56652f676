"""The console at ``/``, and its files."""

from windvane.api.problems import MalformedRequestError
from windvane.api.route import Lazy, Route

CONSOLE_ROUTES = (
    Route(
        method="GET",
        path="/",
        handler=Lazy("windvane.api.console.console_handlers:page"),
        summary="The page, to try all this in a browser",
        response=str,
        response_example="<!doctype html>",
        response_media_type="text/html",
        errors=(MalformedRequestError,),
    ),
    Route(
        method="GET",
        path="/console/<file>",
        handler=Lazy("windvane.api.console.console_handlers:file"),
    ),
)
