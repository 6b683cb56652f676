"""Objects as files of this machine."""

import contextlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from windvane.jobs.errors import AccessRefusedError, InputChangedError, JobInputError, StorageError
from windvane.jobs.object_stream import open_range
from windvane.jobs.storage import StoredObject

PARTIAL_SUFFIX = ".partial"
"""Files of this suffix are not complete: they are not listed."""


class FolderStorage:
    """Reads and writes files; implements `windvane.jobs.storage.Storage`."""

    def list_objects(self, location: str, *, is_prefix: bool = False) -> Iterator[StoredObject]:
        """List a file, or all files below a folder, ordered by name; hidden ones are left out.

        Args:
            location: Of the file, or the folder.
            is_prefix: Whether to list all files whose paths begin with it.

        Raises:
            JobInputError: There is no such file, or it is a pipe or a device.
            AccessRefusedError: It may not be read.
            StorageError: The disk failed.
        """
        path = Path(location)
        is_folder = location.endswith("/") or path.is_dir()
        try:
            if is_prefix:
                beside = _list_files(path if location.endswith("/") else path.parent)
                paths = [file for file in beside if str(file).startswith(location)]
            else:
                paths = _list_files(path) if is_folder else [path]
            for file in paths:
                status = file.stat()
                if not stat.S_ISREG(status.st_mode):
                    raise JobInputError(f"{file} is neither a file nor a folder.")
                yield StoredObject(str(file), status.st_size, _to_etag(status))
        except FileNotFoundError as error:
            raise JobInputError(f"{error.filename} does not exist.") from error
        except PermissionError as error:
            raise AccessRefusedError(f"{error.filename} may not be read.") from error
        except OSError as error:
            raise StorageError(f"{error.filename} cannot be read: {error.strerror}.") from error

    @contextmanager
    def open_object(
        self, name: str, start: int = 0, end: int | None = None, *, etag: str | None = None
    ) -> Iterator[IO[bytes]]:
        """Open the bytes from ``start`` to before ``end`` as a stream.

        Raises:
            InputChangedError: The file is not that of the ``etag``, is gone, or ends before
                ``end``, which is noticed where it is read.
            JobInputError: There is no such file.
            AccessRefusedError: It may not be read.
            StorageError: The disk failed.
        """
        with _open_file(name, is_pinned=etag is not None) as file:
            status = os.fstat(file.fileno())
            if etag not in {None, _to_etag(status)}:
                raise InputChangedError(f"{name} was changed after the job was planned.")
            end = status.st_size if end is None else end

            def fetch(first: int, last: int) -> bytes:
                file.seek(first)
                content = file.read(last - first)
                if len(content) < last - first:
                    raise InputChangedError(f"{name} is shorter than it was.")
                return content

            with open_range(name, fetch, start, end) as stream:
                yield stream

    @contextmanager
    def open_writer(self, name: str) -> Iterator[IO[bytes]]:
        """Open a file that is there, whole, once the context ends without an error.

        Raises:
            AccessRefusedError: It may not be written.
            StorageError: The disk failed, or is full.
        """
        target = Path(name)
        partial = target.with_name(f"{target.name}{PARTIAL_SUFFIX}")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with partial.open("wb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            partial.replace(target)
        except PermissionError as error:
            raise AccessRefusedError(f"{name} may not be written.") from error
        except OSError as error:
            raise StorageError(f"{name} cannot be written: {error.strerror}.") from error
        finally:
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)


def _open_file(name: str, *, is_pinned: bool) -> IO[bytes]:
    try:
        return Path(name).open("rb")
    except FileNotFoundError as error:
        if is_pinned:
            raise InputChangedError(f"{name} was deleted after the job was planned.") from error
        raise JobInputError(f"{name} does not exist.") from error
    except PermissionError as error:
        raise AccessRefusedError(f"{name} may not be read.") from error
    except OSError as error:
        raise StorageError(f"{name} cannot be read: {error.strerror}.") from error


def _list_files(folder: Path) -> list[Path]:
    return sorted((path for path in folder.rglob("*") if _is_listed(path, folder)), key=str)


def _is_listed(path: Path, folder: Path) -> bool:
    is_hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    return not is_hidden and path.suffix != PARTIAL_SUFFIX and path.is_file()


def _to_etag(status: os.stat_result) -> str:
    """Tell files apart by size and time of change, as ``make`` and ``rsync`` do."""
    return f"file-{status.st_size}-{status.st_mtime_ns}"
