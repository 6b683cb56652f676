"""Packages that an extra of Windvane brings."""

import importlib
from typing import Literal

from windvane.cli.errors import CliError

Extra = Literal["export", "evaluate", "train"]


def require_packages(extra: Extra, *packages: str) -> None:
    """Import packages before the work starts.

    Args:
        extra: What brings them.
        packages: Their names, as they are imported.

    Raises:
        CliError: One is not installed; says what brings it.
    """
    try:
        for package in packages:
            importlib.import_module(package)
    except ModuleNotFoundError as error:
        missing = (error.name or "A package").partition(".")[0]
        raise CliError(f"{missing} is not installed; {describe_installation(extra)}.") from error


def describe_installation(extra: Extra) -> str:
    """Say how to install an extra, in a clone or from the package."""
    return f"it comes with: make setup-{extra}, or pip install 'windvane[{extra}]'"
