"""Where results are recorded on this machine."""

import os
from pathlib import Path

import click
from platformdirs import user_data_path

from windvane.cli.errors import CliError

URI = "WINDVANE_RESULT_LOG_URI"

result_log_option = click.option(
    "--result-log",
    metavar="URI",
    help="Where results are: sqlite:///path, dynamodb://table, or none:.  "
    f"[default: {URI}, else results.db in the user's data folder]",
)


def choose_result_log(given: str | None) -> str:
    """Take what was given, else what the environment says, else this user's own file."""
    return given or os.environ.get(URI) or f"sqlite:///{_default_path()}"


def check_is_there(uri: str) -> None:
    """See to it that reading a log does not make an empty one.

    Raises:
        CliError: It is a file that is not there.
    """
    path = to_path(uri)
    if path is not None and not path.exists():
        raise CliError(
            f"Nothing is recorded in {path} yet. `windvane serve` records what it answers; "
            "--result-log names another log."
        )


def to_path(uri: str) -> Path | None:
    """Tell the file of a SQLite log; nothing for a log of another kind."""
    scheme = "sqlite:///"
    return Path(uri.removeprefix(scheme)) if uri.startswith(scheme) else None


def _default_path() -> Path:
    return user_data_path("windvane", appauthor=False) / "results.db"
