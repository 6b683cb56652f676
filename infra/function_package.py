"""The function's zip file: its source and pinned wheels, trimmed and byte-compiled.

No Docker: uv installs the wheels of Lambda's platform on any machine. The same inputs give the same
bytes, so a deployment sees by the hash whether anything has changed.
"""

import hashlib
import platform
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import uv

from infra.byte_code import Compiler, compile_folder, find_compiler
from infra.import_cost import cut_import_cost
from infra.module_archive import archive_modules
from infra.package_zip import list_files, remove_older, write_zip
from infra.stages import Architecture
from infra.wheel_licences import FOLDER as LICENCES
from infra.wheel_licences import keep_licences
from infra.wheel_trim import trim_wheels

ROOT = Path(__file__).parents[1]
CACHE = ROOT / "build" / "function"
SOURCE = (
    "functions/__init__.py",
    "functions/bulk_job",
    "functions/classify_api",
    "functions/drift_monitor",
    "functions/module_archive.py",
    "functions/shadow",
    "windvane/__init__.py",
    "windvane/api",
    "windvane/aws",
    "windvane/bundle_download.py",
    "windvane/bundle_store.py",
    "windvane/facts.py",
    "windvane/inference",
    "windvane/jobs",
    "windvane/live_bundle.py",
    "windvane/model_opening.py",
    "windvane/monitoring",
    "windvane/observability.py",
    "windvane/result_log",
    "windvane/rows",
    "windvane/settings.py",
    "windvane/settings_keys.py",
    "windvane/settings_server.py",
    "windvane/settings_values.py",
    "windvane/shadow",
    "windvane/toml_files.py",
)
"""The files and folders of this repository that the package holds."""

REQUIREMENTS = Path("requirements", "functions.txt")
BUILDERS = (
    "byte_code.py",
    "function_package.py",
    "import_cost.py",
    "module_archive.py",
    "package_zip.py",
    "wheel_licences.py",
    "wheel_trim.py",
)
"""Modules of `infra` that can change the package."""

KEPT_PACKAGES = 3
"""Packages of one target that the cache keeps."""

MAX_ZIPPED_BYTES = 40_000_000
"""Lambda accepts 50 MB in one upload; a smaller package also starts faster."""
MAX_UNZIPPED_BYTES = 120_000_000
"""Lambda accepts 250 MiB."""
LARGEST_SHOWN = 3

PLATFORMS = {"arm64": "aarch64-manylinux_2_28", "x86_64": "x86_64-manylinux_2_28"}
"""Platforms of the wheels; Lambda's Amazon Linux 2023 has glibc 2.34."""


class FunctionPackageError(Exception):
    """The package cannot be built, or is too large; the message says why."""


@dataclass(frozen=True, kw_only=True)
class PackageTarget:
    """The platform that the package runs on.

    Attributes:
        architecture: The processor, in Lambda's terms.
        python: Major and minor version.
    """

    architecture: Architecture
    python: str = "3.13"

    def __post_init__(self) -> None:
        """Refuse a processor that Lambda does not have."""
        if self.architecture not in PLATFORMS:
            allowed = " or ".join(get_args(Architecture))
            raise FunctionPackageError(
                f"The function's architecture is {self.architecture!r}; allowed is {allowed}."
            )


def target_this_machine() -> PackageTarget:
    """Return this machine's processor and Python, which AWS's emulator runs too."""
    major, minor = sys.version_info[:2]
    return PackageTarget(
        architecture="x86_64" if platform.machine() == "x86_64" else "arm64",
        python=f"{major}.{minor}",
    )


def build_function_package(
    target: PackageTarget, *, cache: Path = CACHE, root: Path = ROOT
) -> Path:
    """Build the zip file, or take it from the cache if its inputs have not changed.

    Args:
        target: Platform of the package.
        cache: Folder of finished packages, named by the hash of their inputs.
        root: The folder with `SOURCE` and ``requirements/functions.txt``.

    Raises:
        FunctionPackageError: A wheel cannot be installed, or the package is over a limit.
    """
    compiler = find_compiler(target.python)
    source = _read_source(root)
    inputs = _hash_inputs(target, compiler, {**source, **_read_recipe(root)})
    package = cache / f"{target.architecture}-{target.python}-{inputs}.zip"
    if not package.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix="unfinished-") as scratch:
            folder, unfinished = Path(scratch, "package"), Path(scratch, "package.zip")
            install_wheels(folder, target, root / REQUIREMENTS)
            keep_licences(folder)
            trim_wheels(folder)
            cut_import_cost(folder)
            _write_source(folder, source)
            _compile(folder, target, compiler)
            _check_size(folder, _measure(folder), MAX_UNZIPPED_BYTES, "unzipped")
            write_zip(folder, unfinished)
            _check_size(folder, unfinished.stat().st_size, MAX_ZIPPED_BYTES, "zipped")
            unfinished.replace(package)
        remove_older(cache, f"{target.architecture}-{target.python}-*.zip", keep=KEPT_PACKAGES)
    return package


def _read_source(root: Path) -> dict[str, bytes]:
    source = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in _list_source(root)
        if "__pycache__" not in path.parts and not path.name.startswith(".")
    }
    return source | {f"{LICENCES}/windvane/LICENSE": (root / "LICENSE").read_bytes()}


def _list_source(root: Path) -> list[Path]:
    places = [root / name for name in SOURCE]
    return [file for place in places for file in (list_files(place) or [place]) if file.is_file()]


def _read_recipe(root: Path) -> dict[str, bytes]:
    builders = [Path(__file__).with_name(name) for name in BUILDERS]
    return {path.name: path.read_bytes() for path in [*builders, root / REQUIREMENTS]}


def _hash_inputs(
    target: PackageTarget, compiler: Compiler | None, files: Mapping[str, bytes]
) -> str:
    version = compiler.version if compiler else "no byte code"
    # Another Python version may rewrite sources and compress the zip differently.
    digest = hashlib.sha256(f"{target} {version} {sys.version}\n".encode())
    for name, content in sorted(files.items()):
        digest.update(f"{name} {hashlib.sha256(content).hexdigest()}\n".encode())
    return digest.hexdigest()[:16]


def _write_source(folder: Path, source: Mapping[str, bytes]) -> None:
    for name, content in source.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def install_wheels(folder: Path, target: PackageTarget, requirements: Path) -> None:
    """Install a platform's wheels into a folder, each compared with its pinned hashes.

    Raises:
        FunctionPackageError: A wheel cannot be had, or has another hash.
    """
    # Files are trimmed in place: a link would trim uv's cached copy.
    options = [*list_wheel_options(target), "--require-hashes", "--link-mode", "copy"]
    run = subprocess.run(  # noqa: S603 - uv, and our own arguments
        [uv.find_uv_bin(), "pip", "install", "--target", folder, *options, "-r", requirements],
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        reason = " ".join(run.stderr.split())
        raise FunctionPackageError(
            f"The wheels of {requirements} cannot be installed for {target.architecture} and "
            f"Python {target.python}: {reason}"
        )
    folder.mkdir(exist_ok=True)  # uv makes none for no wheels


def list_wheel_options(target: PackageTarget) -> list[str]:
    """List the options with which uv takes a platform's wheels, and nothing else."""
    platform_options = ["--python-platform", PLATFORMS[target.architecture]]
    return [
        *(*platform_options, "--python-version", target.python, "--only-binary", ":all:"),
        *("--no-deps", "--no-config", "--quiet", "--color", "never"),
    ]


def _compile(folder: Path, target: PackageTarget, compiler: Compiler | None) -> None:
    if compiler:
        compile_folder(folder, compiler)
        archive_modules(folder)
        return
    sys.stderr.write(
        f"Warning: this machine has no Python {target.python}, so the package goes without byte "
        "code and each cold start takes about half a second longer. "
        f"Install one, such as by '.venv/bin/uv python install {target.python}'.\n"
    )


def _measure(folder: Path) -> int:
    return sum(path.stat().st_size for path in list_files(folder))


def _check_size(folder: Path, size: int, limit: int, form: str) -> None:
    if size <= limit:
        return
    sizes: Counter[str] = Counter()
    for path in list_files(folder):
        sizes[path.relative_to(folder).parts[0]] += path.stat().st_size
    largest = [f"{name} {_to_mb(size)}" for name, size in sizes.most_common(LARGEST_SHOWN)]
    raise FunctionPackageError(
        f"The package is {_to_mb(size)} {form}, and at most {_to_mb(limit)} is allowed. "
        f"Largest unzipped: {', '.join(largest)}."
    )


def _to_mb(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"
