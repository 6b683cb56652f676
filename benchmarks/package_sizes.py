"""Installed size of packages."""

from collections.abc import Iterable
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def read_pinned_names(path: Path) -> tuple[str, ...]:
    """Read the names of the ``name==version`` lines of a requirements file, not their hashes."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(line.partition("==")[0] for line in lines if not line.startswith(("#", " ")))


def installed_mb(names: Iterable[str], *, with_required: bool) -> float:
    """Sum the sizes of the files of distributions, in MB.

    Args:
        names: The distributions.
        with_required: Includes everything that they require, recursively.

    Raises:
        PackageNotFoundError: One of ``names`` is not installed.
    """
    counted = {canonicalize_name(name): distribution(name) for name in names}
    waiting = list(counted.values()) if with_required else []
    while waiting:
        for required in _find_required(waiting.pop()):
            key = canonicalize_name(required.name)
            if key not in counted:
                counted[key] = required
                waiting.append(required)
    return sum(map(_size_bytes, counted.values())) / 1e6


def _find_required(source: Distribution) -> list[Distribution]:
    """Find the installed requirements; those not installed are for other systems."""
    installed = []
    for line in source.requires or ():
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            try:
                installed.append(distribution(requirement.name))
            except PackageNotFoundError:
                continue
    return installed


def _size_bytes(source: Distribution) -> int:
    paths = [Path(str(file.locate())) for file in source.files or ()]
    return sum(path.stat().st_size for path in paths if path.is_file())
