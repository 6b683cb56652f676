"""Prints what `make destroy` keeps, before its confirmation prompt."""

import sys

from infra.stages import StageError, read_stage


def main() -> None:
    """Print the notice of the stage in the first argument."""
    try:
        stage = read_stage(sys.argv[1])
    except StageError as error:
        sys.exit(str(error))
    print(stage.destroy_keeps)  # noqa: T201 - the command's output


if __name__ == "__main__":
    main()
