"""A stream that becomes an object in S3, in as many parts as it needs."""

import contextlib
import io
from typing import TYPE_CHECKING, Any

from windvane.jobs.errors import JobError
from windvane.jobs.s3_errors import s3_errors

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

PART_BYTES = 8 * 2**20
_PARTS_OF_A_SIZE = 500
"""S3 takes 10,000 parts: each 500 of them are larger than those before, up to 840 GB."""
_ACTION = "s3:PutObject"


class S3Upload(io.BytesIO):
    """What is written, held up to the size of a part."""

    def __init__(self, client: Any, name: str, bucket: str, key: str) -> None:  # noqa: ANN401 - boto3 ships no types
        super().__init__()
        self._client = client
        self._name = name
        self._target = {"Bucket": bucket, "Key": key}
        self._upload_id: str | None = None
        self._parts: list[dict[str, Any]] = []

    def write(self, content: "ReadableBuffer", /) -> int:
        """Hold the bytes, and send them once there are enough for a part."""
        written = super().write(content)
        if super().tell() >= _choose_part_bytes(len(self._parts)):
            self._send_part()
        return written

    def seekable(self) -> bool:
        """Tell that what is written is gone."""
        return False

    def complete(self) -> None:
        """Send the rest; the object is there now.

        Raises:
            AccessRefusedError: S3 refused.
            StorageError: S3 failed.
        """
        try:
            if self._upload_id is None:
                with s3_errors(self._name, _ACTION):
                    self._client.put_object(**self._target, Body=self.getvalue())
                return
            if super().tell():
                self._send_part()
            with s3_errors(self._name, _ACTION):
                self._client.complete_multipart_upload(
                    **self._target,
                    UploadId=self._upload_id,
                    MultipartUpload={"Parts": self._parts},
                )
        except JobError:
            self.abort()
            raise

    def abort(self) -> None:
        """Let S3 forget the parts; a lifecycle rule removes those that it does not."""
        if self._upload_id is not None:
            with contextlib.suppress(JobError), s3_errors(self._name, "s3:AbortMultipartUpload"):
                self._client.abort_multipart_upload(**self._target, UploadId=self._upload_id)

    def _send_part(self) -> None:
        number = len(self._parts) + 1
        with s3_errors(self._name, _ACTION):
            if self._upload_id is None:
                created = self._client.create_multipart_upload(**self._target)
                self._upload_id = created["UploadId"]
            sent = self._client.upload_part(
                **self._target,
                UploadId=self._upload_id,
                PartNumber=number,
                Body=self.getvalue(),
            )
        self._parts.append({"PartNumber": number, "ETag": sent["ETag"]})
        self.seek(0)
        self.truncate()


def count_upload_parts(size: int) -> int:
    """Return how many parts an object of so many bytes has."""
    count = 0
    while size > 0:
        size -= _choose_part_bytes(count)
        count += 1
    return count


def _choose_part_bytes(count: int) -> int:
    """Return the size of the next part, behind so many."""
    return PART_BYTES * (1 + count // _PARTS_OF_A_SIZE)
