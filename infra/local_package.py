"""The package for `sam local`, which has no S3: it contains the bundle."""

import shutil
import zipfile
from pathlib import Path

from infra.model_bundle import ModelBundle

FOLDER = "bundle"
"""Its name in `infra/sam_environment.json`, below /var/task."""


def put_bundle_inside(package: Path, bundle: ModelBundle) -> Path:
    """Copy a package, add the bundle, and return the copy.

    Args:
        package: Zip file of the function.
        bundle: The bundle to add.
    """
    copy = package.with_name(f"sam-{bundle.version}-{package.name}")
    unfinished = copy.with_suffix(".unfinished")
    shutil.copyfile(package, unfinished)
    with zipfile.ZipFile(unfinished, "a") as archive:
        for name in bundle.files:
            archive.write(bundle.folder / name, f"{FOLDER}/{name}")
    unfinished.replace(copy)
    return copy
