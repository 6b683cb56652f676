"""A package of functions as `infra.module_archive` makes it, imported from by another process."""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import Any

import pytest

from functions.module_archive import ARCHIVE_FILE, MAGIC_BYTES
from infra.byte_code import TASK_ROOT, Compiler, compile_folder
from infra.module_archive import IMPORTED_BEFORE, archive_modules
from tests.conftest import REPOSITORY

MODULES = {
    "alone.py": "NAME = __name__",
    "group/__init__.py": "from group.inner import VALUE",
    "group/inner.py": 'VALUE = "archived"\n\n\ndef fail():\n    raise ValueError("of line 5")\n',
    "group/inner_group/__init__.py": "",
    "group/inner_group/leaf.py": "from ..inner import VALUE as ABOVE",
}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Modules in an archive, and of one a source that differs from it."""
    folder = write_package(tmp_path / "package", MODULES)
    (folder / "group" / "inner.py").write_text('VALUE = "source"\n')
    return folder


def write_package(folder: Path, modules: Mapping[str, str]) -> Path:
    """Write sources, and move their byte code into an archive."""
    for name, source in modules.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(source)
    for name in IMPORTED_BEFORE:
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(REPOSITORY / name, folder / name)
    compile_folder(folder, Compiler(sys.executable, ""))
    archive_modules(folder)
    return folder


def run(folder: Path, program: str) -> Any:
    """Run a program that assigns ``said``, after the imports of a function."""
    script = f"import functions, json, sys\n{program}\nprint(json.dumps(said))"
    command = [sys.executable, "-c", script]
    process = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout)


def test_modules_come_from_the_archive_with_the_paths_of_their_sources(package: Path) -> None:
    said = run(
        package,
        "import alone, group, group.inner_group.leaf as leaf\n"
        "said = [alone.NAME, group.VALUE, leaf.ABOVE, alone.__file__, group.__path__, "
        "leaf.__package__, leaf.__spec__.origin]",
    )

    assert said == [
        "alone",
        "archived",
        "archived",
        str(package / "alone.py"),
        [str(package / "group")],
        "group.inner_group",
        str(package / "group" / "inner_group" / "leaf.py"),
    ]


def test_modules_that_the_archive_does_not_have_are_imported_as_usual(package: Path) -> None:
    (package / "group" / "later.py").write_text("VALUE = 1")

    said = run(package, "import group.later, colorsys\nsaid = [group.later.VALUE]")

    assert said == [1]


def test_errors_name_the_line_of_the_source(package: Path) -> None:
    said = run(
        package,
        "import group.inner, traceback\n"
        "try:\n    group.inner.fail()\n"
        "except ValueError as error:\n"
        "    last = traceback.extract_tb(error.__traceback__)[-1]\n"
        "    said = [last.filename, last.lineno, last.name]",
    )

    assert said == [f"{TASK_ROOT}/group/inner.py", 5, "fail"]


def test_byte_code_of_another_python_is_left_aside(package: Path) -> None:
    archive = package / "functions" / ARCHIVE_FILE
    archive.write_bytes(b"\0\0\r\n" + archive.read_bytes()[MAGIC_BYTES:])

    command = [sys.executable, "-c", "import functions, group.inner; print(group.inner.VALUE)"]
    process = subprocess.run(command, cwd=package, check=True, capture_output=True, text=True)

    assert process.stdout == "source\n"
    assert process.stderr == (
        f"{archive} holds byte code of another Python. Each module is compiled from its source.\n"
    )


def test_package_comes_before_a_module_of_its_name(tmp_path: Path) -> None:
    folder = write_package(tmp_path, {"twice.py": "", "twice/__init__.py": ""})

    said = run(folder, "import twice\nsaid = twice.__file__")

    assert said == str(folder / "twice" / "__init__.py")


def test_library_in_c_comes_before_a_module_of_its_name(tmp_path: Path) -> None:
    library = tmp_path / f"quick{EXTENSION_SUFFIXES[0]}"
    library.touch()
    folder = write_package(tmp_path, {"quick.py": ""})

    said = run(folder, "from importlib.util import find_spec\nsaid = find_spec('quick').origin")

    assert said == str(library)


def test_package_without_an_archive_is_imported_as_usual(package: Path) -> None:
    (package / "functions" / ARCHIVE_FILE).unlink()

    assert run(package, "from group.inner import VALUE\nsaid = [VALUE]") == ["source"]


def test_archive_takes_the_byte_code_of_all_modules_but_its_own(package: Path) -> None:
    files = {path.relative_to(package).as_posix() for path in package.rglob("*.pyc")}
    names = {f"{Path(name).stem}.{sys.implementation.cache_tag}.pyc" for name in IMPORTED_BEFORE}

    assert files == {f"functions/__pycache__/{name}" for name in names}
    assert not [path for path in package.rglob("__pycache__") if path.parent.name != "functions"]
