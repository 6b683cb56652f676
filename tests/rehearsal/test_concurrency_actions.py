"""Actions on a function's reserved concurrency, told apart by the method of the request."""

import pytest

from tests.rehearsal.emulated.concurrency_actions import correct_action


@pytest.mark.parametrize(
    ("action", "method", "corrected"),
    [
        ("PutFunctionConcurrency", "GET", "GetFunctionConcurrency"),
        ("PutFunctionConcurrency", "DELETE", "DeleteFunctionConcurrency"),
        ("PutFunctionConcurrency", "PUT", "PutFunctionConcurrency"),
        ("GetFunction", "GET", "GetFunction"),
        (None, "GET", None),
    ],
)
def test_action_follows_the_method(action: str | None, method: str, corrected: str | None) -> None:
    assert correct_action(action, method) == corrected
