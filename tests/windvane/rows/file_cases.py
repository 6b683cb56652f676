"""The cases of files that people have, which the page's reader is tested with too."""

import base64
import io
import json
from dataclasses import dataclass, field
from typing import Any

from tests.conftest import REPOSITORY

CASES_FILE = REPOSITORY / "tests/file_cases/cases.json"


class NamedFile(io.BytesIO):
    """A file in memory that has a name."""

    def __init__(self, content: bytes, name: str) -> None:
        super().__init__(content)
        self.name = name


@dataclass(frozen=True)
class FileCase:
    name: str
    file: str
    content: bytes
    rows: list[dict[str, Any]] = field(default_factory=list)
    rejects: list[dict[str, Any]] = field(default_factory=list)
    encoding: str | None = None
    delimiter: str | None = None
    error: str | None = None


def load_file_cases() -> list[FileCase]:
    return [_build_case(case) for case in json.loads(CASES_FILE.read_text(encoding="utf-8"))]


def _build_case(case: dict[str, Any]) -> FileCase:
    content = base64.b64decode(case["base64"]) if "base64" in case else case["content"].encode()
    expect = dict(case["expect"])
    rows = [{name: _expand(cell) for name, cell in row.items()} for row in expect.pop("rows", [])]
    return FileCase(case["name"], case["file"], content, rows, **expect)


def _expand(cell: Any) -> Any:
    return cell["repeat"] * cell["times"] if isinstance(cell, dict) else cell
