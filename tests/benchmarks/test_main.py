"""The command's own checks; it loads without the peers' packages."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.__main__ import Options, main


def test_main_refuses_an_unknown_peer_and_lists_the_known_ones() -> None:
    result = CliRunner().invoke(main, ["--only", "abacus"])

    assert result.exit_code == 2
    assert "ctranslate2_int8" in result.output


def test_main_refuses_a_loaded_machine_and_writes_nothing(
    tmp_path: Path, loaded_machine: None
) -> None:
    arguments = ["--stage", "many-texts", "--output", str(tmp_path)]

    result = CliRunner().invoke(main, arguments)

    assert result.exit_code == 1
    assert "This machine is loaded (before many-texts: 50% idle" in result.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("option", ["--quick", "--anyway", "--render"])
def test_options_that_forbid_writing_have_no_folder(option: str) -> None:
    chosen = {"quick": False, "anyway": False, "render": False, option.strip("-"): True}

    options = Options(stages=(), only=(), output=None, **chosen)

    assert options.folder is None
    assert Options(stages=(), only=(), output=None, quick=False, anyway=False, render=False).folder
