"""`make sbom`: what the function's package holds, as a CycloneDX document.

Each distribution of which the package holds a file is a component: its version, its licence, the
sha256 of its wheel (one of those pinned in ``requirements/functions.txt``), and below it its files,
each with the sha256 that it has in the package, after the trim. Our own code is a component too.
"""

import argparse
import hashlib
import importlib.metadata
import tempfile
import uuid
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import get_args

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseAcknowledgement
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion

from infra.function_package import ROOT, PackageTarget, build_function_package
from infra.installed_wheels import InstalledWheel, read_installed_wheels
from infra.stages import Architecture
from infra.wheel_licences import FOLDER as LICENCES

SCHEMA = SchemaVersion.V1_6
CONCLUDED_LICENCES = {"onnxruntime": "MIT", "tokenizers": "Apache-2.0"}
"""SPDX names of licences that the metadata names in words.

"MIT License" in onnxruntime's, whose wheel holds the text; the classifier "Apache Software License"
in that of tokenizers, whose wheel holds no licence file: version 2.0 is that of its repository's.
"""


def write_sbom(target: PackageTarget, path: Path) -> None:
    """Build the package unless the cache has it, and write its document."""
    package = build_function_package(target)
    with tempfile.TemporaryDirectory() as scratch:
        wheels = read_installed_wheels(Path(scratch, "wheels"), target)
    bom = build_sbom(package, wheels, target)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = make_outputter(bom, OutputFormat.JSON, SCHEMA).output_as_string(indent=1)
    path.write_text(f"{text}\n", encoding="utf-8")


def build_sbom(package: Path, wheels: Iterable[InstalledWheel], target: PackageTarget) -> Bom:
    """Describe a package.

    Args:
        package: Zip file of the function.
        wheels: The wheels that it was built from, before the trim.
        target: Platform of the package.
    """
    waiting = _hash_files(package)
    components = []
    for wheel in wheels:
        files = {name: digest for name, digest in waiting.items() if _belongs(name, wheel)}
        if not all(name.startswith(f"{LICENCES}/") for name in files):
            components.append(_describe_wheel(wheel, files))
            waiting = {name: digest for name, digest in waiting.items() if name not in files}
    components.append(_describe_windvane(waiting))
    digest = hashlib.sha256(package.read_bytes()).hexdigest()
    root = Component(
        type=ComponentType.APPLICATION,
        name="windvane-function",
        version=digest[:16],
        bom_ref="windvane-function",
        hashes=[_to_hash(digest)],
        properties=[
            Property(name="windvane:architecture", value=target.architecture),
            Property(name="windvane:python", value=target.python),
        ],
    )
    bom = Bom(
        components=components,
        metadata=BomMetaData(component=root),
        serial_number=uuid.uuid5(uuid.NAMESPACE_OID, digest),
    )
    bom.register_dependency(root, components)
    return bom


def _hash_files(package: Path) -> dict[str, str]:
    with zipfile.ZipFile(package) as archive:
        return {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}


def _belongs(file: str, wheel: InstalledWheel) -> bool:
    """Whether a file of the package came with a wheel, byte code and licences included."""
    parts = file.split("/")
    if parts[0] == LICENCES:
        return parts[1] == wheel.stem
    if parts[0] == "__pycache__":
        return f"{parts[1].partition('.')[0]}.py" in wheel.top_names
    return parts[0] in wheel.top_names


def _describe_wheel(wheel: InstalledWheel, files: Mapping[str, str]) -> Component:
    concluded = CONCLUDED_LICENCES.get(wheel.name)
    licence = LicenseFactory().make_from_string(
        concluded or wheel.licence,
        license_acknowledgement=(
            LicenseAcknowledgement.CONCLUDED if concluded else LicenseAcknowledgement.DECLARED
        ),
    )
    return Component(
        type=ComponentType.LIBRARY,
        name=wheel.name,
        version=wheel.version,
        bom_ref=str(wheel.purl),
        purl=wheel.purl,
        licenses=[licence],
        hashes=[_to_hash(wheel.sha256)],
        components=_describe_files(files),
    )


def _describe_windvane(files: Mapping[str, str]) -> Component:
    return Component(
        type=ComponentType.LIBRARY,
        name="windvane",
        version=importlib.metadata.version("windvane"),
        bom_ref="windvane",
        licenses=[LicenseFactory().make_with_id("Apache-2.0")],
        components=_describe_files(files),
    )


def _describe_files(files: Mapping[str, str]) -> list[Component]:
    return [
        Component(
            type=ComponentType.FILE, name=name, bom_ref=f"file:{name}", hashes=[_to_hash(digest)]
        )
        for name, digest in files.items()
    ]


def _to_hash(sha256: str) -> HashType:
    return HashType(alg=HashAlgorithm.SHA_256, content=sha256)


def main() -> None:
    """Write the document of one architecture into ``dist/``."""
    parser = argparse.ArgumentParser(prog="make sbom")
    parser.add_argument("architecture", choices=get_args(Architecture))
    architecture = parser.parse_args().architecture
    path = ROOT / "dist" / f"windvane-function-{architecture}.cdx.json"
    write_sbom(PackageTarget(architecture=architecture), path)
    print(path.relative_to(ROOT))  # noqa: T201 - the command's result


if __name__ == "__main__":
    main()
