"""`make pins`, on copies of requirements files."""

from pathlib import Path

import pytest

from infra.pins import list_pins, write_all, write_hashes
from tests.test_requirements import REQUIREMENTS, read_hashes

JMESPATH = "jmespath==1.1.0"


@pytest.fixture
def requirements(tmp_path: Path) -> Path:
    path = tmp_path / "functions.txt"
    path.write_text(f"# Why.\n{JMESPATH} \\\n    --hash=sha256:{0:064}\n", encoding="utf-8")
    return path


def test_write_hashes_replaces_hashes_and_keeps_the_comment(requirements: Path) -> None:
    write_hashes(requirements)

    written = requirements.read_text(encoding="utf-8")
    assert written.startswith(f"# Why.\n{JMESPATH} \\\n    --hash=sha256:")
    assert written.endswith("\n")
    assert (
        read_hashes(requirements)[JMESPATH]
        == (read_hashes(REQUIREMENTS / "functions.txt")[JMESPATH])
    )


def test_write_hashes_takes_those_of_every_platform_and_python(requirements: Path) -> None:
    requirements.write_text("msgspec==0.22.0\n", encoding="utf-8")

    write_hashes(requirements)

    [hashes] = read_hashes(requirements).values()
    assert len(hashes) > 30


def test_write_hashes_names_no_index(
    requirements: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("UV_FIND_LINKS", str(tmp_path))

    write_hashes(requirements)

    text = requirements.read_text(encoding="utf-8")
    assert "/" not in text
    assert "--find-links" not in text


def test_write_all_leaves_a_file_that_cannot_be_had_and_writes_the_others(
    requirements: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    unknown = tmp_path / "dev.txt"
    unknown.write_text("jmespath==0.0.0.1 \\\n    --hash=sha256:12\n", encoding="utf-8")

    status = write_all([unknown, requirements])

    assert status == 1
    assert "dev.txt keeps its hashes" in capsys.readouterr().err
    assert "--hash=sha256:12\n" in unknown.read_text(encoding="utf-8")
    assert f"{0:064}" not in requirements.read_text(encoding="utf-8")


def test_write_all_ends_with_zero(requirements: Path) -> None:
    assert write_all([requirements]) == 0


def test_list_pins_keeps_markers_and_leaves_out_comments_and_hashes() -> None:
    torch = (REQUIREMENTS / "torch.txt").read_text(encoding="utf-8")

    pins = list_pins(torch)

    assert [pin.partition(" ; ")[2] for pin in pins] == [
        "sys_platform != 'darwin'",
        "sys_platform == 'darwin'",
    ]
