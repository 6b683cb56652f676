"""The command's own checks; it loads without the peers' packages."""

from pathlib import Path

from click.testing import CliRunner

from benchmarks.__main__ import main


def test_main_refuses_a_checkpoint_without_weights(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["--checkpoint", str(tmp_path)])

    assert result.exit_code == 2
    assert "holds no model.safetensors." in " ".join(result.output.split())


def test_main_refuses_an_unknown_peer_and_lists_the_known_ones() -> None:
    result = CliRunner().invoke(main, ["--only", "abacus"])

    assert result.exit_code == 2
    assert "ctranslate2_int8" in result.output
