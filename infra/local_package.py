"""The package for `sam local`, whose functions have no S3: the bundle is inside."""

import shutil
import zipfile
from pathlib import Path

from infra.model_bundle import ModelBundle

FOLDER = "bundle"
"""What `infra/sam_environment.json` calls it, below /var/task."""


def put_bundle_inside(package: Path, bundle: ModelBundle) -> Path:
    """Copy a package, with the bundle in it, and answer the copy.

    Args:
        package: Zip file of the function.
        bundle: What it is to answer with.
    """
    copy = package.with_name(f"sam-{bundle.version}-{package.name}")
    unfinished = copy.with_suffix(".unfinished")
    shutil.copyfile(package, unfinished)
    with zipfile.ZipFile(unfinished, "a") as archive:
        for name in bundle.files:
            archive.write(bundle.folder / name, f"{FOLDER}/{name}")
    unfinished.replace(copy)
    return copy
