"""Reads the parameters of query strings. No message repeats what was sent."""

from collections.abc import Mapping, Sequence

from windvane.api.problems import FieldRuleError

CURSOR_RULE = "one that was answered with a page"


def read_parameters(
    parameters: Mapping[str, Sequence[str]], allowed: Sequence[str]
) -> dict[str, str]:
    """Read the value of each parameter.

    Args:
        parameters: The values of each, decoded.
        allowed: Names of those that the route knows.

    Raises:
        FieldRuleError: One is not known, or repeated.
    """
    if not parameters.keys() <= set(allowed):
        raise FieldRuleError("query", f"no unknown parameters (allowed: {', '.join(allowed)})")
    for name, values in parameters.items():
        if len(values) != 1:
            raise FieldRuleError(name, "given once")
    return {name: value for name, [value] in parameters.items()}


def read_limit(value: str, maximum: int) -> int:
    """Read how many entries a page may have.

    Raises:
        FieldRuleError: It is no whole number from 1 to the maximum.
    """
    is_number = value.isascii() and value.isdecimal() and len(value) <= len(str(maximum))
    if not is_number or not 1 <= int(value) <= maximum:
        raise FieldRuleError("limit", f"a whole number from 1 to {maximum}")
    return int(value)
