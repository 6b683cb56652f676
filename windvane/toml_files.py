"""TOML files of a known shape, of bounded size and depth."""

import tomllib
from pathlib import Path
from typing import Any, TypeVar

import msgspec

MAX_BYTES = 65_536
"""tomllib takes seconds for a key of so many parts; the longest file of ours has 17,004 bytes."""

Content = TypeVar("Content")


def read_toml(file: Path, content: type[Content], error_type: type[Exception]) -> Content:
    """Read a TOML file.

    Args:
        file: The file.
        content: The shape of its content.
        error_type: What to raise.

    Raises:
        Exception: Of ``error_type``: the file cannot be read, is too long, is not TOML, or holds
            something else.
    """
    try:
        return msgspec.convert(read_tables(file), content)
    except OSError as error:
        raise error_type(f"Cannot open {file}: {error.strerror}.") from error
    except msgspec.ValidationError as error:
        raise error_type(f"{file}: {error}.") from error
    except ValueError as error:
        raise error_type(f"{file} is {error}.") from error


def read_tables(file: Path, max_bytes: int = MAX_BYTES) -> dict[str, Any]:
    """Read the tables of a TOML file.

    Raises:
        OSError: It cannot be read.
        ValueError: It is too long or not TOML; the message continues "the file is".
    """
    with file.open("rb") as stream:
        content = stream.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise ValueError(f"longer than {max_bytes:,} bytes")
    try:
        return tomllib.loads(content.decode())
    except UnicodeDecodeError as error:
        raise ValueError("not UTF-8") from error
    except ValueError as error:  # not TOML, or a number of thousands of digits
        raise ValueError(f"not TOML: {error}") from error
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
