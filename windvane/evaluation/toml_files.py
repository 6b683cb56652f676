"""TOML files of a known shape."""

import tomllib
from pathlib import Path
from typing import TypeVar

import msgspec

from windvane.evaluation.errors import EvaluationError

Content = TypeVar("Content")


def read_toml(file: Path, content: type[Content], error_type: type[EvaluationError]) -> Content:
    """Read a TOML file.

    Args:
        file: The file.
        content: The shape of its content.
        error_type: What to raise.

    Raises:
        EvaluationError: It cannot be read, is not TOML, or holds something else.
    """
    try:
        return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), content)
    except OSError as error:
        raise error_type(f"Cannot open {file}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise error_type(f"{file} is not UTF-8.") from error
    except msgspec.ValidationError as error:
        raise error_type(f"{file}: {error}.") from error
    except tomllib.TOMLDecodeError as error:
        raise error_type(f"{file} is not TOML: {error}.") from error
