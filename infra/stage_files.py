"""Reads a stage's file and checks it before anything is built or deployed."""

import os
import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from infra.stage_rules import find_faults, find_foreign_arn
from infra.stages import DATA_SUFFIX, Stage, StageError
from windvane.toml_files import read_tables

FOLDER = Path(__file__).parents[1] / "stages"
FOLDER_VARIABLE = "STAGE_FILES"
"""Environment variable with another folder of stage files; make passes its own variables on."""

NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
"""Stack, function and API are named after the stage."""


def find_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of the stage files."""
    return Path(environ.get(FOLDER_VARIABLE) or FOLDER)


def read_stage(
    name: str, overrides: Mapping[str, str] | None = None, *, folder: Path | None = None
) -> Stage:
    """Read and check a stage's file.

    Args:
        name: Name of the file, without ``.toml``.
        overrides: Values by key that replace the file's.
        folder: Folder of the files; None for `find_folder`.

    Raises:
        StageError: There is no such file, or a value in it or an override is not allowed.
    """
    if not NAME.fullmatch(name) or name.endswith(DATA_SUFFIX):
        raise StageError(
            f"The stage is {name!r}; a stage's name has at most 31 of a-z, 0-9 and -, starts with "
            f"a letter and does not end in {DATA_SUFFIX}."
        )
    folder = folder or find_folder()
    file = f"{folder.name}/{name}.toml"
    values = _read_toml(folder / f"{name}.toml", file)
    stage = _to_stage(name, values, file)
    return _to_stage(name, {**values, **overrides}, "the command line") if overrides else stage


def check_region(stage: Stage, region: str) -> None:
    """Check that what a stage refers to is in the region that it is deployed to.

    Raises:
        StageError: An ARN is of another region.
    """
    if key := find_foreign_arn(stage, region):
        raise StageError(
            f"stages/{stage.name}.toml, key {key}: it is of another region than the deployment, "
            f"which goes to {region}."
        )


def list_stages(folder: Path = FOLDER) -> list[str]:
    """List the names of the stages that have a file."""
    return sorted(path.stem for path in folder.glob("*.toml"))


def _read_toml(path: Path, file: str) -> dict[str, Any]:
    try:
        return read_tables(path)
    except FileNotFoundError as error:
        known = " and ".join(list_stages(path.parent)) or "none"
        raise StageError(f"There is no {file}; the stages with a file are {known}.") from error
    except OSError as error:
        raise StageError(f"{file} cannot be read ({error.strerror}).") from error
    except ValueError as error:
        raise StageError(f"{file} is {error}.") from error


def _to_stage(name: str, values: Mapping[str, Any], source: str) -> Stage:
    known = [field for field in Stage.__struct_fields__ if field != "name"]
    for key in values:
        if key not in known:
            similar = get_close_matches(key, known, 1)
            hint = f"did you mean {similar[0]}?" if similar else "docs/cloud.md lists those known."
            raise StageError(f"{source} has an unknown key {key}: {hint}")
    try:
        stage = msgspec.convert({**values, "name": name}, Stage)
    except msgspec.ValidationError as error:
        rule, _, path = str(error).partition(" - at `$.")
        key = path.rstrip("`")
        allowed = _list_allowed(key)
        rule = f"must be {' or '.join(allowed)}" if allowed else rule[0].lower() + rule[1:]
        raise StageError(f"{source}, key {key}: {rule}.") from error
    for key, rule in find_faults(stage):
        raise StageError(f"{source}, key {key}: {rule}.")
    return stage


def _list_allowed(key: str) -> list[str]:
    """List the values that a key may have, if it is a choice."""
    choice = get_type_hints(Stage).get(key)
    return list(get_args(choice)) if get_origin(choice) is Literal else []
