"""What S3 refuses or fails at becomes an error of jobs that says what to do."""

import io
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    ResponseStreamingError,
)

from windvane.jobs.errors import (
    AccessRefusedError,
    InputChangedError,
    JobError,
    JobInputError,
    StorageError,
)
from windvane.jobs.s3_storage import S3Storage

NAME = "s3://texts/in.jsonl"


class BrokenBody(io.BytesIO):
    def read(self, _size: int | None = -1, /) -> bytes:
        raise ResponseStreamingError(error="connection reset")


class FaultyClient:
    """A client of boto3 whose answers are given: an error is raised, a body returned."""

    def __init__(self, *answers: Exception | io.BytesIO) -> None:
        self._answers = iter(answers)
        self.requests = 0

    def get_object(self, **_request: str) -> dict[str, Any]:
        return {"Body": self._answer()}

    def put_object(self, **_request: object) -> None:
        self._answer()

    def _answer(self) -> io.BytesIO:
        self.requests += 1
        answer = next(self._answers)
        if isinstance(answer, Exception):
            raise answer
        return answer


def refuse(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "text"}}, "GetObject")


def read(client: FaultyClient, etag: str | None = None) -> bytes:
    with S3Storage(client).open_object(NAME, 0, 4, etag=etag) as stream:
        return stream.read()


@pytest.mark.parametrize(
    ("fault", "error", "sentence"),
    [
        (
            refuse("AccessDenied"),
            AccessRefusedError,
            f"{NAME}: s3:GetObject is not allowed, or it does not exist.",
        ),
        (refuse("NoSuchKey"), JobInputError, f"{NAME} does not exist."),
        (refuse("NoSuchBucket"), JobInputError, f"{NAME} does not exist."),
        (refuse("SlowDown"), StorageError, f"S3 answered SlowDown for {NAME}."),
        (refuse("InternalError"), StorageError, f"S3 answered InternalError for {NAME}."),
        (
            EndpointConnectionError(endpoint_url="http://127.0.0.1:1"),
            StorageError,
            f"S3 cannot be reached for {NAME}.",
        ),
        (NoCredentialsError(), AccessRefusedError, f"{NAME}: there are no credentials of AWS."),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_fault_of_a_read_is_told(fault: Exception, error: type[JobError], sentence: str) -> None:
    with pytest.raises(error) as raised:
        read(FaultyClient(fault))

    assert str(raised.value) == sentence


@pytest.mark.parametrize("code", ["NoSuchKey", "PreconditionFailed", "412"])
def test_planned_object_that_is_another_or_gone_was_changed(code: str) -> None:
    with pytest.raises(InputChangedError, match=f"^{NAME} was"):
        read(FaultyClient(refuse(code)), etag='"planned"')


def test_body_that_breaks_off_is_got_again() -> None:
    client = FaultyClient(BrokenBody(), BrokenBody(), io.BytesIO(b"text"))

    assert read(client) == b"text"
    assert client.requests == 3


def test_body_that_always_breaks_off_is_an_error() -> None:
    with pytest.raises(StorageError, match="cannot be reached"):
        read(FaultyClient(BrokenBody(), BrokenBody(), BrokenBody()))


def test_refused_write_names_action_and_location() -> None:
    storage = S3Storage(FaultyClient(refuse("AccessDenied")))

    with (
        pytest.raises(AccessRefusedError, match=f"^{NAME}: s3:PutObject is not allowed"),
        storage.open_writer(NAME) as stream,
    ):
        stream.write(b"text")
