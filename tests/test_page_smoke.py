"""The test of a running service in docs/command-line.md, run as printed and compared."""

import re
from pathlib import Path

from click.testing import CliRunner

from tests.pages import BLOCKS, PRINTED_ADDRESSES
from tests.windvane.api.serve_process import run_serve
from windvane.cli.main import windvane

PROGRAM = ".venv/bin/windvane smoke "
SMOKE_BLOCKS = [
    block
    for block in BLOCKS
    if block.page == "docs/command-line.md" and block.code.startswith(PROGRAM)
]


def test_smoke_prints_what_the_page_shows(tmp_path: Path) -> None:
    [block] = SMOKE_BLOCKS
    with run_serve(
        environ={"WINDVANE_RESULT_LOG_URI": f"sqlite:///{tmp_path / 'results.db'}"}
    ) as server:
        arguments = block.code.replace(PRINTED_ADDRESSES[0], server.url).split()[1:]

        result = CliRunner().invoke(windvane, arguments)

    assert result.exit_code == 0
    assert block.output
    assert _without_times(result.output) == _without_times(block.output)


def _without_times(output: str) -> list[str]:
    return [" ".join(re.sub(r"\d+ ms", "N ms", line).split()) for line in output.splitlines()]
