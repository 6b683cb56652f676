"""Where a job's objects are: what planning, work and the end of a job need of S3 or of a folder."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import IO, Protocol


@dataclass(frozen=True)
class StoredObject:
    """An object, or a file.

    Attributes:
        name: Its location, such as ``s3://bucket/key``.
        size: In bytes.
        etag: Changes with its content.
    """

    name: str
    size: int
    etag: str


class Storage(Protocol):
    """Reads and writes objects by their location.

    Every method raises `AccessRefusedError` if S3 or the disk refuses, `StorageError` if it fails,
    and `JobInputError` if an object that is read does not exist.
    """

    def list_objects(self, location: str, *, is_prefix: bool = False) -> Iterator[StoredObject]:
        """List one object, or all below a prefix that ends with a slash, ordered by name.

        Args:
            location: Of the object, or the prefix.
            is_prefix: Whether to list all objects whose names begin with it, slash or not.
        """

    def open_object(
        self, name: str, start: int = 0, end: int | None = None, *, etag: str | None = None
    ) -> AbstractContextManager[IO[bytes]]:
        """Open the bytes from ``start`` to before ``end`` as a stream.

        Raises:
            InputChangedError: The object is not that of the ``etag``, is gone, or ends before
                ``end``, which is noticed where it is read.
        """

    def open_writer(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """Open a stream whose object is there, whole, once the context ends without an error."""
