"""Objects in memory, for tests of whatever reads or writes a job's objects."""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from windvane.jobs.errors import InputChangedError, JobInputError, StorageError
from windvane.jobs.object_stream import open_range
from windvane.jobs.storage import StoredObject


class MemoryStorage:
    """Implements `windvane.jobs.storage.Storage`.

    Attributes:
        objects: Content by name.
        refused: Parts of names whose objects cannot be written.
    """

    def __init__(self, objects: dict[str, bytes] | None = None) -> None:
        self.objects = dict(objects or {})
        self.refused: tuple[str, ...] = ()

    def list_objects(self, location: str, *, is_prefix: bool = False) -> Iterator[StoredObject]:
        names = [location]
        if is_prefix or location.endswith("/"):
            names = sorted(name for name in self.objects if name.startswith(location))
        for name in names:
            yield StoredObject(name, len(self._get(name)), _to_etag(self._get(name)))

    @contextmanager
    def open_object(
        self, name: str, start: int = 0, end: int | None = None, *, etag: str | None = None
    ) -> Iterator[IO[bytes]]:
        content = self._get(name, etag)
        if etag not in {None, _to_etag(content)}:
            raise InputChangedError(f"{name} was changed after the job was planned.")

        def fetch(first: int, last: int) -> bytes:
            if last > len(content):
                raise InputChangedError(f"{name} is shorter than it was.")
            return content[first:last]

        with open_range(name, fetch, start, len(content) if end is None else end) as stream:
            yield stream

    @contextmanager
    def open_writer(self, name: str) -> Iterator[IO[bytes]]:
        if any(part in name for part in self.refused):
            raise StorageError(f"{name} cannot be written")
        stream = io.BytesIO()
        yield stream
        self.objects[name] = stream.getvalue()

    def _get(self, name: str, etag: str | None = None) -> bytes:
        if name not in self.objects and etag is not None:
            raise InputChangedError(f"{name} was deleted after the job was planned.")
        if name not in self.objects:
            raise JobInputError(f"{name} does not exist.")
        return self.objects[name]


def _to_etag(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
