"""No name from a file controls the terminal."""

import io

import click
import pytest
from click.testing import CliRunner

from tests.windvane.rows.predictions import make_rows
from windvane.cli.classify.table_writer import TableWriter
from windvane.cli.errors import CliError
from windvane.cli.main import LazyGroup
from windvane.cli.messages import print_message
from windvane.inference.predictions import Prediction
from windvane.rows.rejects import Rejects
from windvane.rows.row import Reject
from windvane.rows.terminal_text import escape_controls, escape_line

RED = "\x1b[31mred\x9b0m\u202e"
SHOWN = "\\x1b[31mred\\x9b0m\\u202e"


def test_escape_controls_keeps_lines_and_visible_text() -> None:
    assert escape_controls(f"{RED}\ta\né\U0001f600\r") == f"{SHOWN}\ta\né\U0001f600\\r"
    assert escape_line(f"{RED}\ta\n") == f"{SHOWN}\\ta\\n"


def test_rejects_on_stderr_show_a_column_name_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    Rejects(None, f"{RED}.csv").add(Reject(2, f'there is no column "{RED}\n"'))

    assert capsys.readouterr().err == (f'{SHOWN}.csv, line 2: there is no column "{SHOWN}\\n"\n')


def test_message_shows_a_file_name_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    print_message(f"Classified 2 texts into {RED}.", err=True)

    assert capsys.readouterr().err == f"Classified 2 texts into {SHOWN}.\n"


@pytest.mark.parametrize("error", [CliError(f"No {RED}."), click.UsageError(f"No {RED}.")])
def test_error_shows_a_file_name_escaped(error: click.ClickException) -> None:
    class FailingGroup(LazyGroup):
        def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
            return click.Command(cmd_name, callback=self._fail)

        def _fail(self) -> None:
            raise error

    result = CliRunner().invoke(FailingGroup("windvane"), ["any"])

    assert f"No {SHOWN}." in result.stderr
    assert "\x1b" not in result.stderr


def test_table_shows_labels_escaped_and_without_markup() -> None:
    stream = io.StringIO()
    prediction = Prediction(
        label=RED, score=0.7, scores={RED: 0.7, "[bold]x": 0.3}, tokens=1, windows=1
    )

    TableWriter(stream, list(prediction.scores)).write(make_rows("good"), [prediction])

    assert SHOWN in stream.getvalue()
    assert "[bold]x" in stream.getvalue()
    assert "\x1b" not in stream.getvalue()
