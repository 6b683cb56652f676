"""Who sends a request, by the id of its API key and the variables of the API's stage.

API Gateway writes both into the event, and no caller can. The variables belong to the API's stage
and not to a version of the function: a limit holds at once, in every version, and stays when
another version goes live.
"""

from collections.abc import Mapping
from typing import Any

from windvane.api.caller import Caller
from windvane.facts import (
    CLIENT_VARIABLE,
    LIMITED_CLIENT_VARIABLE,
    OPERATOR_VARIABLE,
    UNKNOWN_CLIENT_PREFIX,
)


def find_caller(event: Mapping[str, Any]) -> Caller:
    """Find out who sends a request.

    A key that the stage does not name sees the results that it made itself: it may be one of a
    limited client that is being removed. Without a key there is no gateway in between, and the
    caller has the right to invoke the function.

    Raises:
        AttributeError: A part of the event is not of the type that API Gateway sends.
        TypeError: So too.
    """
    context = event.get("requestContext") or {}
    key_id = (context.get("identity") or {}).get("apiKeyId")
    if key_id is None:
        return Caller()
    if not isinstance(key_id, str):
        raise TypeError("apiKeyId is not a string")
    variables = event.get("stageVariables") or {}
    if OPERATOR_VARIABLE not in variables:  # a stage from before results had a client
        return Caller(key_id)
    for name, ids in variables.items():
        if key_id in ids.split(",") and (caller := _read_variable(name, key_id)):
            return caller
    unknown = UNKNOWN_CLIENT_PREFIX + key_id
    return Caller(key_id, unknown, limited_to=unknown)


def _read_variable(name: str, key_id: str) -> Caller | None:
    """Return the caller whose key a variable lists; None if it lists no keys.

    No name of a variable has a hyphen, and no name of a client an underscore.
    """
    if name == OPERATOR_VARIABLE:
        return Caller(key_id)
    for prefix in (CLIENT_VARIABLE, LIMITED_CLIENT_VARIABLE):
        if name.startswith(prefix):
            client = name.removeprefix(prefix).replace("_", "-")
            is_limited = prefix == LIMITED_CLIENT_VARIABLE
            return Caller(key_id, client, limited_to=client if is_limited else None)
    return None
