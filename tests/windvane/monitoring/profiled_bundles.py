"""Bundles with a profile of invented texts."""

import shutil
from pathlib import Path

import msgspec

from tests.windvane.monitoring.observations import make_profile
from windvane.inference.manifest import read_manifest, write_manifest


def write_profiled_bundle(source: Path, folder: Path) -> Path:
    """Copy a bundle into ``folder``, which is made, and give it a profile."""
    shutil.copytree(source, folder)
    manifest = read_manifest(folder)
    write_manifest(folder, msgspec.structs.replace(manifest, profile=make_profile()))
    return folder
