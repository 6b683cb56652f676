"""What the emulator's events say of the API key."""

from functions.classify_api.stage_clients import find_caller
from tests.rehearsal.emulated.key_identity import write_key
from tests.windvane.api.events import build_rest_event

KEY = {"id": "abc123", "value": "x" * 20, "enabled": True}


def test_event_has_the_id_that_the_function_reads() -> None:
    event = write_key(build_rest_event("GET", "/v1/results"), KEY)

    assert find_caller(event).key_id == "abc123"
    assert event["requestContext"]["identity"]["sourceIp"]


def test_event_without_a_key_stays_as_it_is() -> None:
    event = build_rest_event("GET", "/v1/results")

    assert write_key(build_rest_event("GET", "/v1/results"), None) == event
