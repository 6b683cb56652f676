"""What the contract says of API Gateway's own answers is what is set there."""

import pytest

from infra.gateway_problems import GATEWAY_PROBLEMS
from windvane.api.openapi.gateway_responses import GATEWAY_RESPONSES, GatewayResponse

BY_TYPE = {problem.type: problem for problem in GATEWAY_PROBLEMS}


@pytest.mark.parametrize("response", GATEWAY_RESPONSES.values(), ids=list(GATEWAY_RESPONSES))
def test_contract_shows_what_api_gateway_answers(response: GatewayResponse) -> None:
    set_there = BY_TYPE[response.example.type]

    assert (response.example.title, response.example.detail) == (set_there.title, set_there.detail)
    assert set_there.status in {None, response.statuses[0]}
    assert bool(response.headers) == (set_there.retry_after_seconds is not None)


def test_contract_has_every_status_of_api_gateway() -> None:
    shown = {status for response in GATEWAY_RESPONSES.values() for status in response.statuses}

    assert {problem.status for problem in GATEWAY_PROBLEMS} - {None, 413} <= shown
