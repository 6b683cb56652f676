"""The wheels that a platform's package is built from: names, licences, and each file's sha256.

uv installs wheels without saying which file it took. The tags in the installed ``WHEEL`` say it,
and uv's lock format (PEP 751) has the sha256 of the file with these tags.
"""

import subprocess
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser
from importlib.metadata import Distribution, PathDistribution
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import uv
from packageurl import PackageURL
from packaging.tags import Tag, parse_tag
from packaging.utils import canonicalize_name, parse_wheel_filename

from infra.function_package import (
    REQUIREMENTS,
    ROOT,
    FunctionPackageError,
    PackageTarget,
    install_wheels,
    list_wheel_options,
)

WheelHashes = Mapping[tuple[str, frozenset[Tag]], str]
"""The sha256 of each wheel, by its distribution's name and its tags."""


@dataclass(frozen=True, kw_only=True)
class InstalledWheel:
    """A wheel, as its files describe it.

    Attributes:
        name: Normalized, such as ``typing-extensions``.
        version: Version of the release.
        stem: Name of its ``*.dist-info``, without the suffix.
        licence: What its metadata says: an SPDX expression, or words.
        sha256: Hash of the wheel.
        top_names: The folders and modules that it installs, such as ``numpy`` and ``numpy.libs``.
    """

    name: str
    version: str
    stem: str
    licence: str
    sha256: str
    top_names: frozenset[str]

    @property
    def purl(self) -> PackageURL:
        """The package URL (https://github.com/package-url/purl-spec)."""
        return PackageURL(type="pypi", name=self.name, version=self.version)


def read_installed_wheels(
    folder: Path, target: PackageTarget, *, requirements: Path = ROOT / REQUIREMENTS
) -> list[InstalledWheel]:
    """Install the wheels of a platform into a folder, and describe them, in the order of names.

    Raises:
        FunctionPackageError: The wheels or their hashes cannot be had.
    """
    install_wheels(folder, target, requirements)
    hashes = read_wheel_hashes(target, requirements)
    return [_describe(path, hashes) for path in sorted(folder.glob("*.dist-info"))]


def read_wheel_hashes(target: PackageTarget, requirements: Path) -> WheelHashes:
    """Ask the index for the hashes of a platform's wheels."""
    options = [*list_wheel_options(target), "--format", "pylock.toml", "--no-header"]
    run = subprocess.run(  # noqa: S603 - uv, and our own arguments
        [uv.find_uv_bin(), "pip", "compile", *options, requirements],
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        reason = " ".join(run.stderr.split())
        raise FunctionPackageError(f"The hashes of {requirements} cannot be had: {reason}")
    packages = tomllib.loads(run.stdout).get("packages", [])
    return {
        (canonicalize_name(package["name"]), _read_tags(wheel)): wheel["hashes"]["sha256"]
        for package in packages
        for wheel in package["wheels"]
    }


def _read_tags(wheel: Mapping[str, Any]) -> frozenset[Tag]:
    name = unquote(wheel.get("name") or wheel["url"].rpartition("/")[2])
    return parse_wheel_filename(name)[3]


def _describe(path: Path, hashes: WheelHashes) -> InstalledWheel:
    distribution: Distribution = PathDistribution(path)
    name = canonicalize_name(distribution.name)
    wheel = HeaderParser().parsestr(distribution.read_text("WHEEL") or "")
    tags = frozenset(tag for text in wheel.get_all("Tag", []) for tag in parse_tag(text))
    return InstalledWheel(
        name=name,
        version=distribution.version,
        stem=path.stem,
        licence=read_licence(HeaderParser().parsestr(distribution.read_text("METADATA") or "")),
        sha256=hashes[name, tags],
        top_names=frozenset(file.parts[0] for file in distribution.files or ()),
    )


def read_licence(metadata: Message) -> str:
    """Read what a wheel's metadata says of its licence, the most exact field first."""
    classifiers = metadata.get_all("Classifier", [])
    words = [line.rpartition(" :: ")[2] for line in classifiers if line.startswith("License :: ")]
    return metadata["License-Expression"] or metadata["License"] or ", ".join(words)
