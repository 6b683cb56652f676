"""The stage files that a rehearsal deploys."""

from pathlib import Path

import msgspec
import pytest

from infra.stage_files import list_stages, read_stage
from tests.rehearsal.stage_folder import (
    LIMITED_CLIENT,
    OPEN_CLIENT,
    OPTIONS,
    OWN_STAGES,
    find_source,
    replace_authorizer,
    write_stage_files,
)

ORIGINS = ("http://127.0.0.1:8000", "http://127.0.0.1:8001")


@pytest.mark.parametrize("name", list_stages())
def test_rehearsed_stage_differs_by_origins_and_clients(tmp_path: Path, name: str) -> None:
    write_stage_files(tmp_path / "stages", name, ORIGINS)

    rehearsed = read_stage(name, folder=tmp_path / "stages")
    *before, other, limited = rehearsed.clients
    stage = read_stage(name)
    assert rehearsed == msgspec.structs.replace(
        stage, allowed_origins=ORIGINS, clients=rehearsed.clients
    )
    assert tuple(before) == stage.clients
    assert (other.name, other.own_results_only) == (OPEN_CLIENT, False)
    assert (limited.name, limited.own_results_only) == (LIMITED_CLIENT, True)


def test_origins_of_the_file_are_replaced(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    content = 'burst = 5\nallowed_origins = [\n  "https://a.test",\n]\n[tags]\nteam = "text"\n'
    (source / "pr-42.toml").write_text(content, encoding="utf-8")

    write_stage_files(tmp_path / "stages", "pr-42", ORIGINS, source=source)

    stage = read_stage("pr-42", folder=tmp_path / "stages")
    assert (stage.allowed_origins, stage.burst, stage.tags) == (ORIGINS, 5, {"team": "text"})


def test_rehearsals_own_stage_is_found_beside_those_of_the_repository() -> None:
    assert find_source(OPTIONS) == OWN_STAGES
    assert find_source("dev") != OWN_STAGES
    assert find_source("nobodys") != OWN_STAGES


def test_authorizer_of_the_file_is_replaced(tmp_path: Path) -> None:
    pool = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_abc"
    write_stage_files(tmp_path / "stages", OPTIONS, ORIGINS)

    replace_authorizer(tmp_path / "stages", OPTIONS, pool)

    before = read_stage(OPTIONS, folder=OWN_STAGES)
    after = read_stage(OPTIONS, folder=tmp_path / "stages")
    assert before.authorizer == "iam"
    assert after == msgspec.structs.replace(
        before, authorizer=pool, allowed_origins=ORIGINS, clients=after.clients
    )
