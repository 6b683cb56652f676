"""A step of `make deploy` or `make destroy` as a command: its arguments, and how it ends."""

import argparse
import sys
from collections.abc import Callable

from infra.account import AccountError
from infra.confirmation import NotConfirmedError
from infra.first_version import FirstVersionError
from infra.stage_files import read_stage
from infra.stages import Stage, StageError


def run_step(step: Callable[[Stage, bool], None]) -> None:
    """Run a step for the arguments ``STAGE [--yes]``, or exit with one sentence that says why not.

    Args:
        step: Called with the stage, and whether every question is answered with yes.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("stage")
    parser.add_argument("--yes", action="store_true")
    arguments = parser.parse_args()
    try:
        step(read_stage(arguments.stage), arguments.yes)
    except (AccountError, FirstVersionError, NotConfirmedError, StageError) as error:
        sys.exit(str(error))
