import pytest

from infra.stages import DEV, PROD, STAGES, Stage, StageError, find_stage
from windvane.facts import IDEMPOTENCY_LEASE_SECONDS


def test_stages_are_named_by_their_key() -> None:
    assert {name: stage.name for name, stage in STAGES.items()} == {"dev": "dev", "prod": "prod"}


def test_find_stage_keeps_the_stages_architecture_unless_told() -> None:
    assert find_stage("dev") == DEV
    assert find_stage("dev", "x86_64").architecture == "x86_64"


@pytest.mark.parametrize("name", ["", "Dev", "production"])
def test_find_stage_names_the_stages_there_are(name: str) -> None:
    with pytest.raises(StageError, match=rf"^The stage is '{name}'; allowed is dev or prod\.$"):
        find_stage(name)


def test_find_stage_names_the_architectures_there_are() -> None:
    with pytest.raises(StageError, match=r"^The architecture is 'arm'; allowed is arm64 or x86_"):
        find_stage("dev", "arm")


def test_stage_says_what_destroy_keeps() -> None:
    assert "no data" in DEV.destroy_keeps
    assert "the table" in PROD.destroy_keeps
    assert "the bucket" in PROD.destroy_keeps


@pytest.mark.parametrize("stage", STAGES.values(), ids=STAGES)
def test_function_is_stopped_before_its_claims_of_idempotency_keys_end(stage: Stage) -> None:
    assert stage.timeout_seconds < IDEMPOTENCY_LEASE_SECONDS
