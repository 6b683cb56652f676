"""The packages that reports and statistics need, and plain figures do not."""

import importlib

from windvane.cli.errors import CliError


def require_packages(*packages: str) -> None:
    """See to it, before the work starts, that packages are there.

    Args:
        packages: Their names, as they are imported.

    Raises:
        CliError: One is not installed; says what brings it.
    """
    try:
        for package in packages:
            importlib.import_module(package)
    except ModuleNotFoundError as error:
        missing = (error.name or "A package").partition(".")[0]
        raise CliError(
            f"{missing} is not installed; the evaluation's packages come with: make setup-evaluate"
        ) from error
