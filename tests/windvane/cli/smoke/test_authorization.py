"""``windvane smoke`` of a stage that asks for more than a key."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials

from tests.windvane.cli.smoke.conftest import RunSmoke
from tests.windvane.cli.smoke.scripted_service import (
    KEY,
    ScriptedService,
    problem,
    run_scripted_service,
)
from tests.windvane.cli.smoke.test_deployed_target import STAGE, account, deploy
from windvane.aws.credentials import Credentials
from windvane.cli.smoke.authorization import RequestSignature, UserToken

__all__ = ["account"]

TOKEN = "header.claims.signature"  # noqa: S105 - of nobody
POOL = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_abc"
REGION = "eu-west-1"
NOT_AUTHORIZED, TOKEN_NEEDED = problem(403, "not-authorized"), problem(401, "token-needed")


@contextmanager
def run_authorizing_service(refusal: tuple[int, Any]) -> Iterator[ScriptedService]:
    """Run a service that answers a request without ``Authorization`` with a refusal."""
    with run_scripted_service({}) as service:
        find_answer = service.find_answer

        def authorize(method: str, path: str) -> tuple[int, Any]:
            is_open = path == "/health"
            _, _, headers = service.sent[-1]
            return find_answer(method, path) if is_open or "authorization" in headers else refusal

        with patch.object(service, "find_answer", authorize):
            yield service


def list_authorized(service: ScriptedService) -> list[Mapping[str, str]]:
    return [headers for _, _, headers in service.sent if "authorization" in headers]


def test_token_is_sent_and_the_key_alone_must_not_do(run_smoke: RunSmoke) -> None:
    with run_authorizing_service(TOKEN_NEEDED) as service:
        options = ("--url", service.url, "--key", KEY)

        result = run_smoke(*options, WINDVANE_SMOKE_TOKEN=TOKEN)

    assert result.exit_code == 0, result.output
    assert "key alone" in result.output
    assert TOKEN not in result.output
    assert {headers["authorization"] for headers in list_authorized(service)} == {TOKEN}
    assert "authorization" not in service.sent[0][2]  # /health


def test_service_that_the_key_alone_satisfies_fails(run_smoke: RunSmoke) -> None:
    with run_scripted_service({}) as service:
        service.answers["GET /v1/model"] = (200, {})

        result = run_smoke("--url", service.url, "--key", KEY, "--token", TOKEN)

    assert result.exit_code == 1
    assert "expected 401 token-needed or 403 not-authorized; got 200 OK" in result.output


@pytest.mark.parametrize("refusal", [NOT_AUTHORIZED, TOKEN_NEEDED], ids=["iam", "pool"])
def test_smoke_without_authorization_says_how_to_give_it(
    run_smoke: RunSmoke, refusal: tuple[int, Any]
) -> None:
    with run_authorizing_service(refusal) as service:
        result = run_smoke("--url", service.url, "--key", KEY)

    assert result.exit_code == 1
    assert "give a token in WINDVANE_SMOKE_TOKEN, or --stage, which signs" in result.output


@pytest.mark.usefixtures("account")
def test_stage_whose_callers_sign_gets_signed_requests(run_smoke: RunSmoke) -> None:
    with run_authorizing_service(NOT_AUTHORIZED) as service:
        deploy(f"{service.url}/", authorizer="iam")

        result = run_smoke(*STAGE)

    assert result.exit_code == 0, result.output
    signed = list_authorized(service)
    assert len(signed) == 5
    assert all(f"/{REGION}/execute-api/aws4_request" in one["authorization"] for one in signed)
    assert all(one["x-api-key"] == KEY for one in signed[1:])


@pytest.mark.usefixtures("account")
def test_stage_whose_callers_are_users_needs_a_token(run_smoke: RunSmoke) -> None:
    with run_authorizing_service(TOKEN_NEEDED) as service:
        deploy(f"{service.url}/", authorizer=POOL)

        without, given = run_smoke(*STAGE), run_smoke(*STAGE, "--token", TOKEN)

    assert without.exit_code == 2
    assert "prod asks for a token of a user; give one in WINDVANE_SMOKE_TOKEN" in without.stderr
    assert given.exit_code == 0, given.output


@pytest.mark.parametrize("url", ["https://a.example.com/prod/sentiment", "https://a:8443/a%20b/é"])
def test_signature_is_botocores(url: str) -> None:
    credentials = Credentials("AKIDEXAMPLE", "secret", "session")
    signature = RequestSignature(region=REGION, get_credentials=lambda: credentials)
    body = b'{"text": "good"}'

    ours = signature.build_headers("POST", url, body)

    theirs = AWSRequest("POST", url, data=body, headers={"host": ours["host"]})
    theirs.headers["x-amz-content-sha256"] = ours["x-amz-content-sha256"]
    moment = datetime.strptime(ours["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    with patch("botocore.auth.get_current_datetime", return_value=moment):
        SigV4Auth(BotoCredentials(*credentials[:3]), "execute-api", REGION).add_auth(theirs)
    assert ours["authorization"] == theirs.headers["authorization"]


def test_nobody_sees_a_token_in_a_representation() -> None:
    assert TOKEN not in repr(UserToken(TOKEN))
