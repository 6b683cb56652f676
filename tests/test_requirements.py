"""The pins of requirements/: plain, and the same wherever a package is named twice."""

import re
from pathlib import Path

import pytest

REQUIREMENTS = Path(__file__).parents[1] / "requirements"
FILES = sorted(REQUIREMENTS.glob("*.txt"))


def read_pins(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_requirements_are_plain_pins(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()

    odd = [line for line in lines if not re.fullmatch(r"#.*|[\w.-]+==[\w.+!]+", line)]

    assert odd == []


def test_requirements_agree_on_versions() -> None:
    versions: dict[str, set[str]] = {}
    for path in FILES:
        for name, version in read_pins(path).items():
            versions.setdefault(name, set()).add(version)

    assert {name: found for name, found in versions.items() if len(found) > 1} == {}
