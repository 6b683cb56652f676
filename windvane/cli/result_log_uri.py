"""The URI of the result log, from an option or the environment."""

import os
from pathlib import Path

import click

from windvane.cli.errors import CliError
from windvane.result_log.sqlite.sqlite_uri import to_sqlite_path

URI = "WINDVANE_RESULT_LOG_URI"

result_log_option = click.option(
    "--result-log",
    metavar="URI",
    help="Where results are: sqlite:///path, dynamodb://table, or none:.  "
    f"[default: {URI}, else results.db in the user's data folder]",
)


def choose_result_log(option: str | None) -> str:
    """Return the option's URI, or the environment's, or that of a file of this user."""
    return option or os.environ.get(URI) or f"sqlite:///{_default_path()}"


def check_exists(uri: str) -> None:
    """Refuse a SQLite log that does not exist, which opening would create.

    Raises:
        CliError: The file does not exist.
        ResultLogUriError: The URI names no file.
    """
    path = to_sqlite_path(uri)
    if path is not None and not path.exists():
        raise CliError(
            f"Nothing is recorded in {path} yet. `windvane serve` records what it answers; "
            "--result-log names another log."
        )


def _default_path() -> Path:
    # Imported late: a log that is named needs no default.
    from platformdirs import user_data_path

    return user_data_path("windvane", appauthor=False) / "results.db"
