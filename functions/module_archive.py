"""Imports modules from one file of byte code, which a package of functions has.

A start imports hundreds of modules. From a folder each takes several system calls, between which
another thread may take the GIL; from one file in memory it takes none.
"""

import json
import marshal
import mmap
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import MAGIC_NUMBER, spec_from_file_location
from types import CodeType, ModuleType

ARCHIVE_FILE = "modules.bin"
"""Beside this module: Python's magic number of byte code, the length of the index, the index, and
the code of each module as `marshal` writes it. The index is JSON, an object of `Entry` by path,
``numpy/__init__.py``."""
MAGIC_BYTES = 4
LENGTH_BYTES = 8

Entry = tuple[int, int]
"""Where a module's code starts and ends, from the end of the index."""


class OtherPythonError(Exception):
    """The archive's byte code is of another version of Python."""


class ModuleArchive:
    """A finder of modules for ``sys.meta_path``."""

    def __init__(self, folder: str, archive: str) -> None:
        """Read the index.

        Args:
            folder: What the paths of the index begin in, ``/var/task``.
            archive: Path of the archive.

        Raises:
            OSError: It cannot be read.
            OtherPythonError: Another version of Python made its byte code.
        """
        with open(archive, "rb") as file:  # noqa: PTH123 - pathlib takes 2 ms to import
            content = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        if content[:MAGIC_BYTES] != MAGIC_NUMBER:
            raise OtherPythonError(f"{archive} holds byte code of another Python.")
        start = MAGIC_BYTES + LENGTH_BYTES
        end = start + int.from_bytes(content[MAGIC_BYTES:start], "little")
        self._index: dict[str, Entry] = json.loads(bytes(content[start:end]))
        self._code = content[end:]
        self._folder = folder

    def find_spec(
        self, name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find a module; None if the archive does not have it, as of libraries in C."""
        place = f"{self._folder}/{name.replace('.', '/')}"
        if code := self._read_code(f"{place}/__init__.py"):
            return _build_spec(name, f"{place}/__init__.py", code, [place])
        if code := self._read_code(f"{place}.py"):
            return _build_spec(name, f"{place}.py", code, None)
        return None

    def _read_code(self, path: str) -> memoryview | None:
        entry = self._index.get(path.removeprefix(f"{self._folder}/"))
        return self._code[slice(*entry)] if entry else None


def _build_spec(
    name: str, path: str, code: memoryview, folders: list[str] | None
) -> ModuleSpec | None:
    loader = _Loader(name, path, code)
    return spec_from_file_location(name, path, loader=loader, submodule_search_locations=folders)


class _Loader(SourceFileLoader):
    """Python's own loader of a source file, whose code is at hand."""

    def __init__(self, name: str, path: str, code: memoryview) -> None:
        super().__init__(name, path)
        self._code = code

    def get_code(self, _fullname: str) -> CodeType:
        code: CodeType = marshal.loads(self._code)  # noqa: S302 - as safe as the package
        return code


def use_archive() -> None:
    """Import from the archive beside this module, if there is one of this Python."""
    folder = __file__.rpartition("/functions/")[0]
    try:
        archive = ModuleArchive(folder, f"{folder}/functions/{ARCHIVE_FILE}")
    except FileNotFoundError:  # not in a package of functions
        return
    except OtherPythonError as error:
        sys.stderr.write(f"{error} Each module is compiled from its source.\n")
        return
    sys.meta_path.insert(0, archive)
