"""The deployed package, and variants of it that each lack one optimization."""

import shutil
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks.cold_start.cold_start_results import FLOOR, OURS
from functions.module_archive import ARCHIVE_FILE
from infra.byte_code import compile_folder, find_compiler
from infra.function_package import target_this_machine
from infra.import_cost import (
    ANNOTATION_IMPORTS,
    DEFERRED_PACKAGES,
    DOCSTRING_MODULES,
    LAZY_PACKAGES,
)
from infra.module_archive import archive_modules
from windvane.facts import FUNCTION_HANDLER

HANDLERS = Path(__file__).parent / "handlers"
INSTALLED = Path(sysconfig.get_path("purelib"))


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One way to start the function.

    Attributes:
        title: Its row in the table.
        handler: Handler that the emulator calls.
        package: Folder with the unzipped package.
        paths: Folders on the import path, after the package.
        environ: Further environment variables.
        is_windvane: Whether it logs its times.
    """

    title: str
    handler: str
    package: Path
    paths: tuple[Path, ...] = ()
    environ: Mapping[str, str] = field(default_factory=dict)
    is_windvane: bool = True


def build_floor(package: Path, model: Path, copy: Path) -> Variant:
    """Build the floor: nothing but the session of a graph, in a copy of the package.

    Its byte code is in a file for each module, as Python itself writes it.
    """
    return Variant(
        title=FLOOR,
        handler="floor.handler",
        package=unpack_modules(package, copy),
        paths=(HANDLERS,),
        environ={"FLOOR_MODEL": str(model)},
        is_windvane=False,
    )


def build_windvane(package: Path) -> Variant:
    """Build Windvane as it is deployed."""
    return Variant(title=OURS, handler=FUNCTION_HANDLER, package=package)


def build_variants(package: Path, model: Path, scratch: Path) -> list[Variant]:
    """Build the variants, the floor first and Windvane as it is deployed second.

    Args:
        package: Folder with the unzipped package.
        model: The bundle's ONNX graph, for the floor.
        scratch: Folder for copies of the package.
    """
    windvane = build_windvane(package)
    floor = build_floor(package, model, scratch / "floor")

    def vary(title: str, handler: str, *paths: Path) -> Variant:
        return replace(windvane, title=title, handler=handler, paths=(HANDLERS, *paths))

    return [
        floor,
        windvane,
        vary("... fetching after the imports", "in_turn.handler"),
        vary("... with garbage collection", "with_garbage_collection.handler"),
        vary("... with numpy's threads", "with_blas_threads.handler"),
        replace(
            windvane,
            title="... with the packages' own imports",
            package=_restore_imports(package, scratch / "own-imports"),
        ),
        vary("... with boto3's clients", "with_boto3.handler", INSTALLED),
        replace(windvane, title="... with a file for each module", package=floor.package),
        replace(
            windvane,
            title="... without byte-code",
            package=_drop_byte_code(package, scratch / "no-byte-code"),
            environ={"PYTHONDONTWRITEBYTECODE": "1"},
        ),
    ]


def unpack_modules(package: Path, copy: Path) -> Path:
    """Copy a package, with a file of byte code for each module in place of the archive."""
    shutil.copytree(package, copy, ignore=shutil.ignore_patterns(ARCHIVE_FILE))
    _compile(copy)
    return copy


def _restore_imports(package: Path, copy: Path) -> Path:
    shutil.copytree(package, copy)
    inits = [f"{name}/__init__.py" for name in (*LAZY_PACKAGES, *DEFERRED_PACKAGES)]
    for module in (*inits, *DOCSTRING_MODULES, *ANNOTATION_IMPORTS):
        shutil.copyfile(INSTALLED / module, copy / module)
    _compile(copy)
    archive_modules(copy)
    return copy


def _drop_byte_code(package: Path, copy: Path) -> Path:
    ignore = shutil.ignore_patterns("__pycache__", ARCHIVE_FILE)
    return Path(shutil.copytree(package, copy, ignore=ignore))


def _compile(package: Path) -> None:
    if compiler := find_compiler(target_this_machine().python):
        compile_folder(package, compiler)
