"""Reproducible zip files: their bytes depend only on the names and contents of the files."""

import shutil
import tempfile
import zipfile
from pathlib import Path

EARLIEST_DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest date that the zip format can hold."""
UNIX = 3
READABLE_BY_ALL = 0o100644
"""Lambda runs the function as a user who does not own the files."""


def list_files(folder: Path) -> list[Path]:
    """List every file below a folder, in the order of their names."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def write_zip(folder: Path, package: Path) -> None:
    """Write the files of a folder, in order of name, with one date and one mode."""
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in list_files(folder):
            member = zipfile.ZipInfo(path.relative_to(folder).as_posix(), EARLIEST_DATE)
            member.create_system = UNIX
            member.external_attr = READABLE_BY_ALL << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, path.read_bytes())


def unzip_beside(package: Path) -> Path:
    """Unzip a package into a folder of the same name, unless it exists, and return the folder."""
    folder = package.with_suffix("")
    if not folder.exists():
        with tempfile.TemporaryDirectory(dir=package.parent, prefix="unfinished-") as scratch:
            unfinished = Path(scratch) / folder.name
            with zipfile.ZipFile(package) as archive:
                archive.extractall(unfinished)
            try:
                unfinished.rename(folder)
            except OSError:  # another process was faster
                if not folder.exists():
                    raise
    return folder


def remove_older(cache: Path, pattern: str, *, keep: int) -> None:
    """Remove all but the newest packages, with their unzipped folders."""
    packages = sorted(cache.glob(pattern), key=lambda path: path.stat().st_mtime, reverse=True)
    for package in packages[keep:]:
        package.unlink(missing_ok=True)
        shutil.rmtree(package.with_suffix(""), ignore_errors=True)
