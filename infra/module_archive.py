"""Gathers the byte code of a package's modules in one file, which `functions` imports from."""

import json
from pathlib import Path

from functions.module_archive import ARCHIVE_FILE, LENGTH_BYTES, MAGIC_BYTES, Entry
from infra.package_zip import list_files

IMPORTED_BEFORE = ("functions/__init__.py", "functions/module_archive.py")
"""Modules that keep a file of byte code each."""
PYC_HEADER_BYTES = 16
"""https://peps.python.org/pep-0552/"""


def archive_modules(folder: Path) -> None:
    """Move the byte code that `compile_folder` wrote into one file.

    Args:
        folder: The package, whose modules have byte code of one version of Python.
    """
    index: dict[str, Entry] = {}
    magic = bytes(MAGIC_BYTES)
    code = bytearray()
    for pyc in [path for path in list_files(folder) if path.suffix == ".pyc"]:
        module = pyc.parents[1] / f"{pyc.name.partition('.')[0]}.py"
        name = module.relative_to(folder).as_posix()
        if name in IMPORTED_BEFORE or _has_extension(module):
            continue
        content = pyc.read_bytes()
        magic = content[:MAGIC_BYTES]
        start = len(code)
        code += content[PYC_HEADER_BYTES:]
        index[name] = (start, len(code))
        pyc.unlink()
    for cache in [path for path in folder.rglob("__pycache__") if not any(path.iterdir())]:
        cache.rmdir()
    head = json.dumps(index, separators=(",", ":")).encode()
    packed = magic + len(head).to_bytes(LENGTH_BYTES, "little") + head + code
    (folder / "functions" / ARCHIVE_FILE).write_bytes(packed)


def _has_extension(module: Path) -> bool:
    """Tell whether Python would import a library in C in place of the source beside it."""
    return any(path.suffix == ".so" for path in module.parent.glob(f"{module.stem}.*"))
