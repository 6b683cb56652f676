from typing import Any

import msgspec
import pytest
from botocore.exceptions import ClientError

from infra.concurrency import check_concurrency
from infra.stage_files import read_stage
from infra.stage_tables import Jobs, Shadow
from infra.stages import StageError

PROD = read_stage("prod")


class FakeFunctions:
    """Lambda's limits of an account, and what the stage's function has reserved."""

    def __init__(self, *, limit: int, unreserved: int, reserved: int | None = None) -> None:
        self._limit = {
            "ConcurrentExecutions": limit,
            "UnreservedConcurrentExecutions": unreserved,
        }
        self._reserved = reserved

    def get_account_settings(self) -> Any:
        if not self._limit["ConcurrentExecutions"]:
            raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetAccountSettings")
        return {"AccountLimit": self._limit}

    def get_function_concurrency(self, *, FunctionName: str) -> Any:  # noqa: N803 - AWS's
        assert FunctionName in {f"windvane-prod{end}" for end in ("", "-bulk-work", "-shadow")}
        if self._reserved is None or FunctionName != "windvane-prod":
            error = {"Error": {"Code": "ResourceNotFoundException"}}
            raise ClientError(error, "GetFunctionConcurrency")
        return {"ReservedConcurrentExecutions": self._reserved} if self._reserved else {}


@pytest.mark.parametrize(
    "functions",
    [
        FakeFunctions(limit=1000, unreserved=1000),
        FakeFunctions(limit=1000, unreserved=200),
        FakeFunctions(limit=1000, unreserved=100, reserved=100),
        FakeFunctions(limit=1000, unreserved=1000, reserved=0),
    ],
    ids=["usual", "just enough", "deployed again", "deployed without"],
)
def test_concurrency_that_the_account_has_is_fine(functions: FakeFunctions) -> None:
    check_concurrency(functions, PROD)


@pytest.mark.parametrize(
    ("functions", "figures"),
    [
        (FakeFunctions(limit=10, unreserved=10), "has 10 requests at once, 10 of them"),
        (FakeFunctions(limit=1000, unreserved=199), "has 1000 requests at once, 199 of them"),
    ],
    ids=["new account", "reserved by others"],
)
def test_concurrency_that_the_account_lacks_is_refused_in_one_sentence(
    functions: FakeFunctions, figures: str
) -> None:
    with pytest.raises(StageError) as refused:
        check_concurrency(functions, PROD)

    sentence = str(refused.value)
    assert sentence.startswith("stages/prod.toml, key reserved_concurrency: 100 cannot be reserved")
    assert figures in sentence
    assert "\n" not in sentence


def test_stage_that_reserves_nothing_asks_nothing() -> None:
    check_concurrency(FakeFunctions(limit=0, unreserved=0), read_stage("dev"))


def test_account_that_may_not_be_asked_is_not_refused(capsys: pytest.CaptureFixture[str]) -> None:
    check_concurrency(FakeFunctions(limit=0, unreserved=0), PROD)

    assert "lambda:GetAccountSettings" in capsys.readouterr().err


def test_concurrency_of_jobs_counts_as_well() -> None:
    jobs = Jobs(inputs=("s3://in/",), outputs=("s3://out/",), concurrency=20)
    stage = msgspec.structs.replace(PROD, jobs=jobs)
    check_concurrency(FakeFunctions(limit=1000, unreserved=220), stage)

    with pytest.raises(StageError) as refused:
        check_concurrency(FakeFunctions(limit=1000, unreserved=219), stage)

    assert str(refused.value).startswith(
        "stages/prod.toml, key reserved_concurrency and jobs.concurrency: 120 cannot be reserved"
    )


def test_concurrency_of_a_challenger_counts_as_well() -> None:
    shadow = Shadow(bundle="models/challenger/bundle", concurrency=2)
    stage = msgspec.structs.replace(PROD, shadow=shadow)
    check_concurrency(FakeFunctions(limit=1000, unreserved=202), stage)

    with pytest.raises(StageError, match=r"shadow\.concurrency: 102 cannot be reserved"):
        check_concurrency(FakeFunctions(limit=1000, unreserved=201), stage)
