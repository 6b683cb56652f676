"""Reads the text files that commands take beside labelled ones."""

from pathlib import Path

from windvane.cli.errors import CliError


def read_texts(path: Path) -> list[str]:
    """Read a file of one text a line; blank lines are left out.

    Raises:
        CliError: It is not UTF-8, or holds no text.
        OSError: It cannot be read.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise CliError(f"{path} is not UTF-8 text.") from error
    texts = [line for line in lines if line.strip()]
    if not texts:
        raise CliError(f"{path} holds no text; one a line is needed.")
    return texts
