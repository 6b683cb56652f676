"""The stage files that a rehearsal deploys."""

from pathlib import Path

import msgspec
import pytest

from infra.stage_files import list_stages, read_stage
from tests.rehearsal.stage_folder import write_stage_files

ORIGIN = "http://127.0.0.1:8000"


@pytest.mark.parametrize("name", list_stages())
def test_rehearsed_stage_differs_by_the_origin_alone(tmp_path: Path, name: str) -> None:
    write_stage_files(tmp_path / "stages", name, ORIGIN)

    rehearsed = read_stage(name, folder=tmp_path / "stages")
    assert rehearsed == msgspec.structs.replace(read_stage(name), allowed_origins=(ORIGIN,))


def test_origins_of_the_file_are_replaced(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    content = 'burst = 5\nallowed_origins = [\n  "https://a.test",\n]\n[tags]\nteam = "text"\n'
    (source / "pr-42.toml").write_text(content, encoding="utf-8")

    write_stage_files(tmp_path / "stages", "pr-42", ORIGIN, source=source)

    stage = read_stage("pr-42", folder=tmp_path / "stages")
    assert (stage.allowed_origins, stage.burst, stage.tags) == ((ORIGIN,), 5, {"team": "text"})
