"""Errors of functions by their names: the class of an exception, and a process that ended.

The emulator calls every one of them ``Runtime.HandlerError``. See
https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html.
"""

import re
from collections.abc import Mapping
from typing import Any

UNNAMED = "Runtime.HandlerError"
PROCESS_ENDED = "Runtime.ExitError"
ENDED = re.compile(r"Worker process died|.*Broken pipe")
"""What the emulator says of a process that was killed, before or while it worked."""
THROTTLE = "TooManyRequestsException"
RAISED = re.compile(r"^(?:[\w.]+\.)?(\w+)(?:: .*)?$")
"""The last line of a traceback that is not indented."""


def add_function_errors() -> None:
    """Name the errors of functions as Lambda does."""
    from ministack.services import lambda_svc  # tests of the rest run without the emulator
    from ministack.services import stepfunctions as sfn

    execute, call = lambda_svc._execute_function_warm, sfn._call_lambda

    def execute_named(*arguments: Any) -> Any:
        return name_error(execute(*arguments))

    def call_named(*arguments: Any) -> Any:
        try:
            return call(*arguments)
        except sfn._ExecutionError as error:
            if THROTTLE in error.cause:
                raise sfn._ExecutionError(f"Lambda.{THROTTLE}", error.cause) from error
            raise

    lambda_svc._execute_function_warm = execute_named
    sfn._call_lambda = call_named


def name_error(result: Mapping[str, Any]) -> Mapping[str, Any]:
    """Write the error's name into a result, if it is one without a name."""
    body = result.get("body")
    if not result.get("error") or not isinstance(body, dict) or body.get("errorType") != UNNAMED:
        return result
    return {**result, "body": {**body, "errorType": find_name(body, result.get("log", ""))}}


def find_name(body: Mapping[str, Any], log: str) -> str:
    """Find the name of an error by its message, or by the traceback in the log."""
    if ENDED.fullmatch(body["errorMessage"]):
        return PROCESS_ENDED
    message = body["errorMessage"].partition("\n")[0]
    for line in reversed(log.splitlines()):
        match = RAISED.fullmatch(line)
        if match and line.endswith(message):
            return match[1]
    return UNNAMED
