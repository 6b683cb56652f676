"""The command's own checks; it loads without the peers' packages."""

from click.testing import CliRunner

from benchmarks.__main__ import main


def test_main_refuses_an_unknown_peer_and_lists_the_known_ones() -> None:
    result = CliRunner().invoke(main, ["--only", "abacus"])

    assert result.exit_code == 2
    assert "ctranslate2_int8" in result.output
