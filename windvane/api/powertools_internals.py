"""What the route table copies from powertools' private code, so that both match the same paths."""

import re

CHECKED_VERSION = "3.37.0"
"""The aws-lambda-powertools whose `api_gateway.py` this was compared with."""

PATH_PARAMETER = re.compile(r"<(\w+)>")
"""A path parameter in a route's path, such as ``<result_id>``."""

PATH_PARAMETER_VALUE = r"[-._~()'!*:@,;=+&$%<> \[\]{}|^\w]+"
"""Characters powertools accepts in a path parameter."""

NO_LINE_FEED = r"(?!/*\n)"
"""Powertools ends every rule with ``$``, or with ``/*$``, where a line feed may follow."""


def to_rule(path: str) -> str:
    """Convert a route's path to a rule of powertools, which matches that path alone.

    A rule is a regular expression apart from its path parameters: powertools escapes nothing.
    """
    return re.escape(path) + NO_LINE_FEED


def compile_path(path: str) -> re.Pattern[str]:
    """Compile a route's path as powertools compiles its rule, a group for each path parameter."""
    pattern = PATH_PARAMETER.sub(
        lambda parameter: f"(?P<{parameter[1]}>{PATH_PARAMETER_VALUE})", to_rule(path)
    )
    return re.compile(f"^{pattern}$")
