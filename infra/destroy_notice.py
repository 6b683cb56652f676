"""Says what `make destroy` keeps, before it asks."""

import sys

from infra.stages import StageError, find_stage


def main() -> None:
    """Print the sentence of the stage that is named."""
    try:
        stage = find_stage(sys.argv[1])
    except StageError as error:
        sys.exit(str(error))
    print(stage.destroy_keeps)  # noqa: T201 - what it is for


if __name__ == "__main__":
    main()
