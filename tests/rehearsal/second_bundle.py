"""A second bundle: the default one with another temperature, so that it has another version."""

import shutil
from pathlib import Path

from msgspec.structs import replace

from windvane.inference.manifest import contents_version, read_manifest, write_manifest

TEMPERATURE = 1.5


def write_second_bundle(source: Path, folder: Path) -> None:
    """Write it.

    Args:
        source: Folder of the bundle to start from.
        folder: Where to; it must not exist.
    """
    shutil.copytree(source, folder)
    manifest = read_manifest(source)
    version = contents_version(manifest.files, manifest.id2label, TEMPERATURE)
    write_manifest(folder, replace(manifest, temperature=TEMPERATURE, version=version))
