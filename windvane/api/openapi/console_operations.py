"""The page, as the document tells it; its files are its own affair."""

from windvane.api.openapi.operation import Operation
from windvane.api.problems import MalformedRequestError

CONSOLE_OPERATIONS = (
    Operation(
        method="get",
        path="/",
        summary="The page, to try all this in a browser",
        answer=str,
        answer_example="<!doctype html>",
        media_type="text/html",
        errors=(MalformedRequestError,),
    ),
)
