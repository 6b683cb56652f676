"""Which responses of the emulator stand for a function that failed."""

import pytest

from tests.rehearsal.emulated.gateway_failures import is_denial, is_failure

JSON = {"Content-Type": "application/json"}


def test_the_emulators_reason_is_a_failure() -> None:
    assert is_failure(502, dict(JSON), b'{"message": "Worker init failed"}')


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (200, JSON, b'{"message": "hello"}'),
        (502, {**JSON, "X-Ours": "1"}, b'{"message": "hello"}'),
        (502, JSON, b'{"message": "hello", "type": "ours"}'),
    ],
    ids=["status", "headers", "body"],
)
def test_what_a_function_sends_is_none(status: int, headers: dict[str, str], body: bytes) -> None:
    assert not is_failure(status, headers, body)


def test_a_services_refusal_is_a_denial_and_a_problem_document_is_none() -> None:
    assert is_denial(403, {"Content-Type": "application/x-amz-json-1.0"})
    assert not is_denial(403, {"Content-Type": "application/problem+json"})
    assert not is_denial(400, {"Content-Type": "application/x-amz-json-1.0"})
