"""The pins of requirements/: plain, hashed, and the same wherever a package is named twice."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

REQUIREMENTS = REPOSITORY / "requirements"
FILES = sorted(REQUIREMENTS.glob("*.txt"))
APART = ("bentoml.txt", "litserve.txt", "rehearsal.txt", "sam.txt")
"""Installed into environments of their own, so their versions are their own."""
TORCH = r"torch==[\w.]+(\+cpu ; sys_platform != 'darwin'| ; sys_platform == 'darwin')"
PIN = r"[a-z0-9-]+==[\w.]+"
HASH = r"    --hash=sha256:[0-9a-f]{64}"


def read_hashes(path: Path) -> dict[str, set[str]]:
    """Map each pin of a file, with its marker if any, to its hashes."""
    hashes: dict[str, set[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        text = line.removesuffix("\\").rstrip()
        if text.startswith(" "):
            hashes[list(hashes)[-1]].add(text.strip())
        elif not text.startswith("#"):
            hashes[text] = set()
    return hashes


def read_pins(path: Path) -> dict[str, str]:
    """Map the names of a file to their versions, without a build's own suffix."""
    versions = [pin.partition(" ;")[0].split("==") for pin in read_hashes(path)]
    return {name: version.partition("+")[0] for name, version in versions}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_requirements_are_plain_pins_with_hashes(path: Path) -> None:
    """One pin to a line, then its hashes: no index, host, path, URL or option anywhere."""
    text = re.sub(r"^#.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)

    assert re.fullmatch(rf"(({PIN}|{TORCH}) \\\n({HASH} \\\n)*{HASH}\n)+", text)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_requirements_miss_no_hash(path: Path) -> None:
    assert [pin for pin, hashes in read_hashes(path).items() if not hashes] == []


def test_torch_has_a_build_for_macos_and_one_for_the_others() -> None:
    marked = [pin for path in FILES for pin in read_hashes(path) if ";" in pin]

    assert marked == list(read_hashes(REQUIREMENTS / "torch.txt"))
    assert len(marked) == 2
    assert len({re.split(r"[+ ]", pin)[0] for pin in marked}) == 1


def test_requirements_agree_on_versions_and_hashes() -> None:
    found: dict[str, set[tuple[str, frozenset[str]]]] = {}
    for path in FILES:
        for pin, hashes in read_hashes(path).items():
            if path.name not in APART and ";" not in pin:
                name, _, version = pin.partition("==")
                found.setdefault(name, set()).add((version, frozenset(hashes)))

    assert {name: versions for name, versions in found.items() if len(versions) > 1} == {}


def test_package_is_built_with_what_it_names() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))

    pins = {f"{name}=={v}" for name, v in read_pins(REQUIREMENTS / "build.txt").items()}

    assert set(project["build-system"]["requires"]) <= pins


def test_every_file_is_installed_with_hashes_and_nothing_else_is_installed() -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    lines = [line for line in makefile.splitlines() if line.startswith("\t")]
    installs = [line for line in lines if re.search(r"\$\(INSTALL\)|\binstall\b|PINNED", line)]

    named = {name for line in lines for name in re.findall(r"requirements/\w+\.txt", line)}
    loose = [
        line for line in installs if not re.search(r"PINNED|--require-hashes|\$\(BUILD\)", line)
    ]

    assert {f"requirements/{path.name}" for path in FILES} - named == {
        "requirements/build.txt",  # $(BUILD)
        "requirements/image.txt",  # Dockerfile
        *(f"requirements/{name}" for name in APART),  # $<
    }
    assert loose == []
    assert "PINNED := $(INSTALL) --require-hashes" in makefile
    assert "BUILD := --require-build-hashes --build-constraints requirements/build.txt" in makefile


@pytest.mark.parametrize("folder", [".", "tests/rehearsal"])
def test_lock_of_node_has_hashes_and_names_no_registry(folder: str) -> None:
    text = (REPOSITORY / folder / "package-lock.json").read_text(encoding="utf-8")
    package = json.loads((REPOSITORY / folder / "package.json").read_text(encoding="utf-8"))
    locked = json.loads(text)["packages"]

    root = locked.pop("")

    assert root["devDependencies"] == package["devDependencies"]
    assert locked
    assert all(module["integrity"].startswith("sha512-") for module in locked.values())
    assert "://" not in text
