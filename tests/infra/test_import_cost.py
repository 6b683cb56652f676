import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from infra.import_cost import (
    ANNOTATION_IMPORTS,
    DEFERRED_PACKAGES,
    LAZY_PACKAGES,
    defer_package,
    postpone_annotations,
    to_lazy_init,
)

MODULES = [package.replace("/", ".") for package in LAZY_PACKAGES]


def load(name: str, source: str, folder: Path) -> ModuleType:
    """Run a source as the module of a name that nothing else has."""
    path = folder / "rewritten.py"
    path.write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def unwrap(value: object) -> object:
    """Return the classes of a module: those of tokenizers wrap modules of its extension."""
    if not isinstance(value, ModuleType):
        return value
    return {name: member for name, member in vars(value).items() if isinstance(member, type)}


@pytest.mark.parametrize("name", MODULES)
def test_lazy_init_answers_every_public_name_as_before(name: str, tmp_path: Path) -> None:
    original = importlib.import_module(name)
    source = Path(str(original.__file__)).read_text(encoding="utf-8")

    rewritten = load(f"{name}.rewritten", to_lazy_init(source, name), tmp_path)

    names = getattr(original, "__all__", [*rewritten._LAZY])  # msgspec and tokenizers have none
    assert names
    for public in names:
        assert unwrap(getattr(rewritten, public)) == unwrap(getattr(original, public))


@pytest.mark.parametrize("package", DEFERRED_PACKAGES)
def test_deferred_package_answers_as_before(package: str, tmp_path: Path) -> None:
    original = importlib.import_module(package.replace("/", "."))
    folder = tmp_path / package
    folder.mkdir(parents=True)
    shutil.copyfile(str(original.__file__), folder / "__init__.py")

    defer_package(tmp_path, package)

    script = f"import {folder.name} as m, sys; print('jmespath' in sys.modules, m.query.__name__)"
    run = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": str(folder.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stderr == ""
    assert run.stdout.split() == ["False", "query"]


def test_lazy_init_imports_what_it_uses_itself_and_nothing_else(tmp_path: Path) -> None:
    source = (
        '"""A package."""\n'
        "from json.decoder import JSONDecoder\n"
        "from json.encoder import JSONEncoder as Encoder\n"
        "from .scanner import make_scanner\n"
        "from . import tool as command\n"
        "from pathlib import Path\n"
        "HERE = Path(JSONDecoder.__name__)\n"
    )

    module = load("rewritten", to_lazy_init(source, "json"), tmp_path)

    assert module.__doc__ == "A package."
    assert Path("JSONDecoder") == module.HERE
    assert "JSONDecoder" in vars(module)
    assert "Encoder" not in vars(module)
    assert module.Encoder is sys.modules["json.encoder"].JSONEncoder
    assert "Encoder" in vars(module)
    assert module.make_scanner is sys.modules["json.scanner"].make_scanner
    assert "command" not in vars(module)
    assert module.command is sys.modules["json.tool"]


def test_lazy_init_refuses_a_name_it_has_not(tmp_path: Path) -> None:
    module = load("rewritten", to_lazy_init("", "json"), tmp_path)

    with pytest.raises(AttributeError, match="'rewritten' has no attribute 'Missing'"):
        _ = module.Missing


@pytest.mark.parametrize(("path", "imported"), ANNOTATION_IMPORTS.items())
def test_module_with_postponed_annotations_works_as_before(
    path: str, imported: str, tmp_path: Path
) -> None:
    name = path.removesuffix(".py").replace("/", ".")
    original = importlib.import_module(name)
    source = Path(str(original.__file__)).read_text(encoding="utf-8")

    rewritten = load(f"{name}_rewritten", postpone_annotations(source, imported), tmp_path)

    dropped = vars(original).keys() - vars(rewritten).keys()
    assert dropped == {"NDArray"}
    assert rewritten.__doc__ == original.__doc__
    assert rewritten.__all__ == original.__all__
    matrix = [[4.0, 1.0], [2.0, 3.0]]
    values = rewritten.eig(matrix).eigenvalues
    assert values.tolist() == original.eig(matrix).eigenvalues.tolist() == [5.0, 2.0]


@pytest.mark.parametrize(
    "source",
    [
        '"""It uses it."""\nfrom json import loads\nx: loads = loads("1")\n',
        '"""It imports it from elsewhere."""\nfrom marshal import loads\ndef f() -> loads: ...\n',
    ],
)
def test_only_what_annotations_alone_name_is_postponed(source: str) -> None:
    with pytest.raises(ValueError, match="json is not imported for annotations alone"):
        postpone_annotations(source, "json")
