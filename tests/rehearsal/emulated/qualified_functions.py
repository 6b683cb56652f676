"""IAM for versions and aliases: a request with a qualifier is for the qualified ARN.

The emulator asks for the function's own ARN, whatever the qualifier. See "Function version" at
https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html.
"""

from collections.abc import Mapping
from typing import Any

FUNCTION = ":function:"
QUERY_AT = 5
"""Place of the query parameters among the arguments that describe a request."""


def add_qualified_functions() -> None:
    """Let policies tell the versions of a function apart."""
    from ministack.core import iam_actions  # tests of the rest run without the emulator

    extract = iam_actions.extract_resource_arn

    def extract_qualified(*request: Any) -> Any:
        query = request[QUERY_AT]
        return qualify(extract(*request), query)

    iam_actions.extract_resource_arn = extract_qualified


def qualify(arn: str, query: Mapping[str, list[str]]) -> str:
    """Add the qualifier of a request to the ARN of a function, if both are there."""
    if FUNCTION not in arn or not query.get("Qualifier"):
        return arn
    [qualifier] = query["Qualifier"]
    return f"{arn}:{qualifier}"
