import traceback

import pytest

from tests.rehearsal.emulated.absent_fields import drop_nulls
from tests.rehearsal.emulated.function_errors import name_error
from windvane.jobs.errors import JobInputError


def fail(error_type: str, message: str, log: str) -> object:
    body = {"errorType": error_type, "errorMessage": message}
    named = name_error({"error": True, "body": body, "log": log})
    return named["body"]["errorType"]


def test_error_is_named_by_its_class_without_the_module() -> None:
    error = JobInputError("s3://texts/a does not exist.")
    log = "a line\n" + "".join(traceback.format_exception(error))

    assert fail("Runtime.HandlerError", str(error), log) == "JobInputError"


@pytest.mark.parametrize("message", ["Worker process died", "[Errno 32] Broken pipe"])
def test_process_that_was_killed_has_exited(message: str) -> None:
    assert fail("Runtime.HandlerError", message, "") == "Runtime.ExitError"


@pytest.mark.parametrize(
    ("error_type", "log"), [("Sandbox.Timedout", "X: late"), ("Runtime.HandlerError", "no trace")]
)
def test_error_that_has_a_name_or_cannot_be_named_stays(error_type: str, log: str) -> None:
    assert fail(error_type, "late", log) == error_type


def test_result_without_an_error_stays() -> None:
    result = {"body": {"errorType": "Runtime.HandlerError", "errorMessage": ""}}

    assert name_error(result) is result


def test_fields_without_a_value_are_left_out() -> None:
    response = {"output": None, "executions": [{"stopDate": None, "name": "a"}], "count": 0}

    assert drop_nulls(response) == {"executions": [{"name": "a"}], "count": 0}
