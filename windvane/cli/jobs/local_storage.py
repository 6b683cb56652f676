"""Where a job on this machine reads and writes: files, and objects in S3 that it reads."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import cached_property
from typing import IO

from windvane.cli.jobs.job_request import S3_SCHEME
from windvane.jobs.folder_storage import FolderStorage
from windvane.jobs.s3_storage import S3Storage
from windvane.jobs.storage import Storage, StoredObject


class LocalStorage:
    """Chooses between files and S3 by location; implements `windvane.jobs.storage.Storage`."""

    def list_objects(self, location: str, *, is_prefix: bool = False) -> Iterator[StoredObject]:
        """List one object, or all below a prefix or a folder, ordered by name."""
        return self._choose(location).list_objects(location, is_prefix=is_prefix)

    def open_object(
        self, name: str, start: int = 0, end: int | None = None, *, etag: str | None = None
    ) -> AbstractContextManager[IO[bytes]]:
        """Open the bytes from ``start`` to before ``end`` as a stream."""
        return self._choose(name).open_object(name, start, end, etag=etag)

    def open_writer(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """Open a stream whose object is there, whole, once the context ends without an error."""
        return self._choose(name).open_writer(name)

    @cached_property
    def _s3(self) -> Storage:
        return S3Storage()

    @cached_property
    def _folders(self) -> Storage:
        return FolderStorage()

    def _choose(self, location: str) -> Storage:
        return self._s3 if location.startswith(S3_SCHEME) else self._folders
