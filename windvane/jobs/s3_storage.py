"""Objects in S3, by boto3: Lambda's runtime has it, and so has whoever installed the command."""

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from windvane.jobs.errors import InputChangedError, JobInputError, StorageError
from windvane.jobs.object_stream import open_range
from windvane.jobs.s3_errors import s3_errors
from windvane.jobs.s3_upload import S3Upload
from windvane.jobs.storage import StoredObject

SCHEME = "s3://"
_CONNECT_SECONDS = 5
_READ_SECONDS = 60
_ATTEMPTS = 6
_READS = 3
_POOL_CONNECTIONS = 32


def split_location(location: str) -> tuple[str, str]:
    """Return bucket and key, or prefix.

    Raises:
        JobInputError: It is no location in S3.
    """
    bucket, _, key = location.removeprefix(SCHEME).partition("/")
    if not (location.startswith(SCHEME) and bucket):
        raise JobInputError("a location in S3 is s3://bucket/key, or s3://bucket/prefix/")
    return bucket, key


class S3Storage:
    """Reads and writes objects in S3; implements `windvane.jobs.storage.Storage`.

    Safe to use from several threads.
    """

    def __init__(self, client: Any | None = None) -> None:  # noqa: ANN401 - boto3 ships no types
        """Use a client of boto3, or one by the environment variables that every AWS SDK reads."""
        self._client = client or _build_client()

    def list_objects(self, location: str, *, is_prefix: bool = False) -> Iterator[StoredObject]:
        """List one object, or all below a prefix that ends with a slash, ordered by name.

        Args:
            location: Of the object, or the prefix.
            is_prefix: Whether to list all objects whose names begin with it, slash or not.

        Raises:
            JobInputError: There is no such object.
            AccessRefusedError: S3 refused.
            StorageError: S3 failed.
        """
        bucket, key = split_location(location)
        if key and not (is_prefix or key.endswith("/")):
            with s3_errors(location, "s3:GetObject"):
                head = self._client.head_object(Bucket=bucket, Key=key)
            yield StoredObject(location, head["ContentLength"], head["ETag"])
            return
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=key)
        iterator = iter(pages)
        while True:
            with s3_errors(location, "s3:ListBucket"):
                page = next(iterator, None)
            if page is None:
                return
            for found in page.get("Contents", ()):
                if not found["Key"].endswith("/"):  # a folder that a console made
                    name = f"{SCHEME}{bucket}/{found['Key']}"
                    yield StoredObject(name, found["Size"], found["ETag"])

    @contextmanager
    def open_object(
        self, name: str, start: int = 0, end: int | None = None, *, etag: str | None = None
    ) -> Iterator[IO[bytes]]:
        """Open the bytes from ``start`` to before ``end`` as a stream.

        Raises:
            InputChangedError: The object is not that of the ``etag``, is gone, or ends before
                ``end``, which is noticed where it is read.
            JobInputError: There is no such object.
            AccessRefusedError: S3 refused.
            StorageError: S3 failed.
        """
        bucket, key = split_location(name)
        condition = {} if etag is None else {"IfMatch": etag}
        if end is None:
            with s3_errors(name, "s3:GetObject", is_pinned=etag is not None):
                head = self._client.head_object(Bucket=bucket, Key=key, **condition)
            end = head["ContentLength"]
            condition = {"IfMatch": head["ETag"]}

        def fetch(first: int, last: int) -> bytes:
            request = {"Bucket": bucket, "Key": key, "Range": f"bytes={first}-{last - 1}"}
            content = self._get({**request, **condition}, name)
            if len(content) < last - first:
                raise InputChangedError(f"{name} is shorter than it was.")
            return content

        with open_range(name, fetch, start, end) as stream:
            yield stream

    @contextmanager
    def open_writer(self, name: str) -> Iterator[IO[bytes]]:
        """Open a stream whose object is there, whole, once the context ends without an error.

        Raises:
            AccessRefusedError: S3 refused.
            StorageError: S3 failed.
        """
        bucket, key = split_location(name)
        upload = S3Upload(self._client, name, bucket, key)
        try:
            yield upload
        except BaseException:
            upload.abort()
            raise
        upload.complete()

    def _get(self, request: dict[str, str], name: str) -> bytes:
        """Get a range; what breaks off is got again, which boto3 leaves to its caller."""
        is_pinned = "IfMatch" in request
        for _ in range(_READS - 1):
            with s3_errors(name, "s3:GetObject", is_pinned=is_pinned):
                body = self._client.get_object(**request)["Body"]
            with contextlib.suppress(StorageError), s3_errors(name, "s3:GetObject"):
                content: bytes = body.read()
                return content
        with s3_errors(name, "s3:GetObject", is_pinned=is_pinned):
            content = self._client.get_object(**request)["Body"].read()
            return content


def _build_client() -> Any:  # noqa: ANN401 - boto3 ships no types
    # Imported late: it takes longer to import than all else, and is not in the API's package.
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
        max_pool_connections=_POOL_CONNECTIONS,
    )
    return boto3.client("s3", config=config)
