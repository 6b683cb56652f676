"""IAM for the reserved concurrency of a function: to read it is another action than to set it.

The emulator asks for ``PutFunctionConcurrency`` whatever the method. See
https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConcurrency.html.
"""

from typing import Any

SET_ACTION = "PutFunctionConcurrency"
ACTIONS = {"GET": "GetFunctionConcurrency", "DELETE": "DeleteFunctionConcurrency"}


def add_concurrency_actions() -> None:
    """Let policies tell reading and removing a reservation from setting it."""
    from ministack.core import iam_actions  # tests of the rest run without the emulator

    find_action = iam_actions._lambda_action

    def find(method: str, path: str) -> Any:
        return correct_action(find_action(method, path), method)

    iam_actions._lambda_action = find


def correct_action(action: str | None, method: str) -> str | None:
    """Return the action that AWS asks for where the emulator asks for ``action``."""
    return ACTIONS.get(method, action) if action == SET_ACTION else action
