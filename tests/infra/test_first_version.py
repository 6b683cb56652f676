"""What `make deploy` asks the first version of a stage."""

import io
import json
from collections.abc import Sequence
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from infra.account import Account, AccountError
from infra.first_version import FirstVersionError, check_first_version
from infra.stage_files import read_stage

DEV = read_stage("dev")


class FakeFunctions:
    """An account whose function has versions, and whose release check answers or refuses.

    Attributes:
        asked: Name and event of each invocation.
    """

    def __init__(
        self, versions: Sequence[str], answer: object = None, *, refusal: str | None = None
    ) -> None:
        self._versions = versions
        self._answer = answer
        self._refusal = refusal
        self.asked: list[tuple[str, Any]] = []

    def client(self, _: str) -> Any:
        return self

    own_client = client

    def get_paginator(self, _: str) -> Any:
        return self

    def paginate(self, *, FunctionName: str) -> Any:  # noqa: N803 - AWS's
        assert FunctionName == "windvane-dev"
        return [{"Versions": [{"Version": version}]} for version in ("$LATEST", *self._versions)]

    def invoke(self, *, FunctionName: str, Payload: bytes) -> Any:  # noqa: N803 - AWS's
        self.asked.append((FunctionName, json.loads(Payload)))
        if self._refusal:
            raise ClientError({"Error": {"Code": self._refusal}}, "Invoke")
        failed = {"FunctionError": "Unhandled"} if "errorType" in cast(Any, self._answer) else {}
        return {"Payload": io.BytesIO(json.dumps(self._answer).encode()), **failed}


def check(account: FakeFunctions) -> None:
    check_first_version(cast(Account, account), DEV)


def test_first_version_is_asked_by_its_number(capsys: pytest.CaptureFixture[str]) -> None:
    account = FakeFunctions(["1"], {"faults": []})

    check(account)

    assert account.asked == [("CodeDeployHook_windvane-dev", {"Version": "1"})]
    assert capsys.readouterr().err == "The first version answers its known texts.\n"


def test_later_versions_are_the_hooks() -> None:
    account = FakeFunctions(["1", "2"])

    check(account)

    assert account.asked == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"faults": ["text 0 was answered 502", "text 1 too"]}, "text 0 was answered 502; text 1"),
        ({"errorType": "KeyError"}, "the check itself failed with KeyError"),
    ],
)
def test_first_version_with_faults_fails_in_one_sentence(answer: object, said: str) -> None:
    with pytest.raises(FirstVersionError) as failed:
        check(FakeFunctions(["1"], answer))

    assert f"windvane-dev is live and has faults: {said}" in str(failed.value)
    assert "\n" not in str(failed.value)


def test_credentials_that_may_not_ask_get_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    check(FakeFunctions(["1"], refusal="AccessDeniedException"))

    assert "may not call lambda:InvokeFunction on CodeDeployHook_windvane-dev" in (
        capsys.readouterr().err
    )


def test_other_refusals_are_errors_of_the_account() -> None:
    with pytest.raises(AccountError):
        check(FakeFunctions(["1"], refusal="TooManyRequestsException"))
