"""The stage files that a rehearsal deploys."""

from pathlib import Path

import msgspec
import pytest

from infra.stage_files import list_stages, read_stage
from tests.rehearsal.stage_folder import LIMITED_CLIENT, OPEN_CLIENT, write_stage_files

ORIGIN = "http://127.0.0.1:8000"


@pytest.mark.parametrize("name", list_stages())
def test_rehearsed_stage_differs_by_origin_and_clients(tmp_path: Path, name: str) -> None:
    write_stage_files(tmp_path / "stages", name, ORIGIN)

    rehearsed = read_stage(name, folder=tmp_path / "stages")
    *before, other, limited = rehearsed.clients
    stage = read_stage(name)
    assert rehearsed == msgspec.structs.replace(
        stage, allowed_origins=(ORIGIN,), clients=rehearsed.clients
    )
    assert tuple(before) == stage.clients
    assert (other.name, other.own_results_only) == (OPEN_CLIENT, False)
    assert (limited.name, limited.own_results_only) == (LIMITED_CLIENT, True)


def test_origins_of_the_file_are_replaced(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    content = 'burst = 5\nallowed_origins = [\n  "https://a.test",\n]\n[tags]\nteam = "text"\n'
    (source / "pr-42.toml").write_text(content, encoding="utf-8")

    write_stage_files(tmp_path / "stages", "pr-42", ORIGIN, source=source)

    stage = read_stage("pr-42", folder=tmp_path / "stages")
    assert (stage.allowed_origins, stage.burst, stage.tags) == ((ORIGIN,), 5, {"team": "text"})
