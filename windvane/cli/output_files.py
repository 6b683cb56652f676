"""Checks and opens the files that a run writes; ``-`` is stdin or stdout."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, combinations, count
from pathlib import Path
from typing import IO

import click

from windvane.cli.errors import CliError
from windvane.facts import MANIFEST_FILE
from windvane.inference.bundle_files import CONTENT_FILES


def is_device(path: Path) -> bool:
    """Return whether a path is a terminal, a pipe or the like, which is never replaced."""
    return path.exists() and not path.is_file()


@contextmanager
def open_output(path: str) -> Iterator[IO[str]]:
    """Open stdout (``-``) or a file.

    The rows are in ``PATH.partial``, which is renamed to ``PATH`` at the end of the block.
    """
    target = Path(path).resolve()
    if path == "-" or is_device(target):
        with click.open_file(path, "w", encoding="utf-8") as stream:
            yield stream
        return
    partial = target.with_name(f"{target.name}.partial")
    with partial.open("w", encoding="utf-8", newline="") as stream:
        yield stream
    partial.replace(target)


def rejects_path_for(output_path: str, input_path: str | None) -> Path | None:
    """Name the rejects file after the output or the input; None if neither is a file."""
    for name in (output_path, input_path):
        if name and name != "-" and not is_device(Path(name)):
            return Path(f"{name}.rejects.jsonl")
    return None


def refuse_same_file(**paths: str | Path | None) -> None:
    """Check that all paths are different files.

    Args:
        paths: Paths by purpose; the purposes are named in the message.

    Raises:
        CliError: Two of the paths are the same file.
    """
    files = {
        purpose: Path(path)
        for purpose, path in paths.items()
        if path not in (None, "-") and not is_device(Path(path))
    }
    for (purpose, path), (other_purpose, other_path) in combinations(files.items(), 2):
        if _is_same(path, other_path):
            raise CliError(f"{path} is given as {purpose} and as {other_purpose}.")


def refuse_overwriting(data: Iterable[str], **written: str | Path | None) -> None:
    """Check that each output file can be written, and is none of the data files.

    Raises:
        CliError: It is a data file, is named twice, or its folder does not exist.
    """
    refuse_same_file(**written)
    for path in written.values():
        require_folder(path)
    for data_path in data:
        for purpose, path in written.items():
            refuse_same_file(**{"data": data_path, purpose: path})


def require_folder(path: str | Path | None) -> None:
    """Check, before long work starts, that the folder of an output file exists.

    Raises:
        CliError: It does not exist.
    """
    if path is not None and not Path(path).absolute().parent.is_dir():
        raise CliError(f"There is no folder {Path(path).parent} to write {Path(path).name} to.")


def require_empty(folder: Path) -> None:
    """Check that an output folder is empty, for a command that has ``--overwrite``.

    Raises:
        CliError: It is not empty.
    """
    if folder.is_dir() and any(folder.iterdir()):
        raise CliError(f"{folder} is not empty; name another folder or add --overwrite.")


def require_bundle_folder(output: Path, *, overwrite: bool) -> None:
    """Check, before the long work starts, that a bundle can be written to a folder.

    Raises:
        CliError: It is not empty and may not be overwritten, or holds other files than a bundle's.
    """
    names = {path.name for path in output.iterdir()} if output.exists() else set()
    other_files = sorted(names - {*CONTENT_FILES, MANIFEST_FILE})
    if not overwrite:
        require_empty(output)
    if other_files:
        raise CliError(
            f'{output} holds "{other_files[0]}", which is no file of a bundle; name another folder.'
        )


def find_free_folder(name: str) -> Path:
    """Find a name for a folder that does not exist here: ``name``, or with a number behind it."""
    numbered = (Path(f"{name}-{number}") for number in count(2))
    return next(folder for folder in chain([Path(name)], numbered) if not folder.exists())


def _is_same(path: Path, other_path: Path) -> bool:
    if path.exists() and other_path.exists():
        return path.samefile(other_path)
    return path.resolve() == other_path.resolve()
