"""What the route table copies from powertools' private code, so that both match the same paths."""

import re

CHECKED_VERSION = "3.37.0"
"""The aws-lambda-powertools whose `api_gateway.py` this was compared with."""

PATH_PARAMETER = re.compile(r"<\w+>")
"""A path parameter in a route's path, such as ``<result_id>``."""

PATH_PARAMETER_VALUE = r"[-._~()'!*:@,;=+&$%<> \[\]{}|^\w]+"
"""Characters powertools accepts in a path parameter."""


def compile_path(path: str) -> re.Pattern[str]:
    """Compile a route's path as powertools does: not escaped, a line feed at the end ignored."""
    return re.compile(f"^{PATH_PARAMETER.sub(lambda _: PATH_PARAMETER_VALUE, path)}$")
