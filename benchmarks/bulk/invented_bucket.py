"""A client of S3 whose objects are invented: a listing of any size, whose rows repeat."""

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

BUCKET = "invented"
INPUT = f"s3://{BUCKET}/in/"
OUTPUT = f"s3://{BUCKET}/out/"
_PAGE_KEYS = 1000
_RANGE = re.compile(r"bytes=(\d+)-(\d+)")
_GETS = ("get_object", "head_object")


class InventedBucket:
    """Answers the calls of `S3Storage`, and counts them.

    Attributes:
        requests: Calls by name.
        written: What was written, by key.
    """

    def __init__(self, rows: Sequence[bytes], objects: int, rows_an_object: int) -> None:
        """Invent objects.

        Args:
            rows: Rows that repeat in each object, with their line feeds.
            objects: Number of objects.
            rows_an_object: Rows of each, a multiple of ``len(rows)``.
        """
        block = b"".join(rows)
        self._size = len(block) * (rows_an_object // len(rows))
        self._block_bytes = len(block)
        self._content = block * (2**20 // len(block) + 1)
        self._keys = [f"in/part-{number:06d}" for number in range(objects)]
        self.requests: Counter[str] = Counter()
        self.written: dict[str, bytes] = {}

    @property
    def total_bytes(self) -> int:
        """Size of all invented objects."""
        return self._size * len(self._keys)

    @property
    def gets(self) -> int:
        """Requests that S3 bills as GET."""
        return sum(self.requests[name] for name in _GETS)

    @property
    def puts(self) -> int:
        """Requests that S3 bills as PUT or LIST."""
        return self.requests.total() - self.gets

    def get_paginator(self, _operation: str) -> "InventedBucket":
        """Return itself, which pages."""
        return self

    def paginate(self, *, Bucket: str, Prefix: str) -> Iterator[dict[str, Any]]:  # noqa: N803 - boto3's names
        """List by pages of a thousand keys, as S3 does."""
        keys = [key for key in (*self._keys, *sorted(self.written)) if key.startswith(Prefix)]
        for start in range(0, max(1, len(keys)), _PAGE_KEYS):
            self.requests["list_objects_v2"] += 1
            page = keys[start : start + _PAGE_KEYS]
            yield {"Contents": [{"Key": k, "Size": self._measure(k), "ETag": "e"} for k in page]}

    def head_object(self, *, Key: str, **_: str) -> dict[str, Any]:  # noqa: N803 - boto3's names
        """Return the size."""
        self.requests["head_object"] += 1
        return {"ContentLength": self._measure(Key), "ETag": "e"}

    def get_object(self, *, Key: str, Range: str, **_: str) -> dict[str, Any]:  # noqa: N803 - boto3's names
        """Return a range of what was written or is invented."""
        self.requests["get_object"] += 1
        match = _RANGE.fullmatch(Range)
        start, end = (int(match[1]), int(match[2]) + 1) if match else (0, self._measure(Key))
        if Key in self.written:
            return {"Body": io.BytesIO(self.written[Key][start:end])}
        offset = start % self._block_bytes
        content = self._content
        if offset + end - start > len(content):
            content = content * ((offset + end - start) // len(content) + 1)
        return {"Body": io.BytesIO(content[offset : offset + end - start])}

    def put_object(self, *, Key: str, Body: bytes, **_: str) -> None:  # noqa: N803 - boto3's names
        """Store an object."""
        self.requests["put_object"] += 1
        self.written[Key] = Body

    def create_multipart_upload(self, *, Key: str, **_: str) -> dict[str, Any]:  # noqa: N803 - boto3's names
        """Begin an object that comes in parts."""
        self.requests["create_multipart_upload"] += 1
        self.written[Key] = b""
        return {"UploadId": "u"}

    def upload_part(self, *, Key: str, Body: bytes, **_: object) -> dict[str, Any]:  # noqa: N803 - boto3's names
        """Store a part."""
        self.requests["upload_part"] += 1
        self.written[Key] += Body
        return {"ETag": "e"}

    def complete_multipart_upload(self, **_: object) -> None:
        """End an object that came in parts."""
        self.requests["complete_multipart_upload"] += 1

    def _measure(self, key: str) -> int:
        return len(self.written[key]) if key in self.written else self._size
