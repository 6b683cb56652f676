"""S3 and DynamoDB over HTTP on loopback, by moto; for tests of whatever speaks to AWS.

A `conftest.py` takes the fixture with ``from tests.moto_server import moto_server``.
"""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

LOOPBACK = "127.0.0.1"
REGION = "eu-west-1"
KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}

# Every server of a process shares moto's state, so that names are counted for the process.
_NUMBERS = itertools.count()


@dataclass(frozen=True)
class MotoServer:
    """A server that runs."""

    url: str

    @property
    def environ(self) -> dict[str, str]:
        """What leads every AWS SDK, and Windvane, to this server."""
        return {**KEYS, "AWS_REGION": REGION, "AWS_ENDPOINT_URL": self.url}

    @cached_property
    def s3(self) -> Any:
        return self._build_client("s3")

    @cached_property
    def dynamodb(self) -> Any:
        return self._build_client("dynamodb")

    def make_bucket(self) -> str:
        """Make a bucket of its own name."""
        name = f"bucket-{next(_NUMBERS)}"
        self.s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        return name

    def upload_folder(self, folder: Path, bucket: str, prefix: str) -> str:
        """Put a folder's files under a prefix; returns the folder's URI."""
        for path in folder.iterdir():
            self.s3.put_object(Bucket=bucket, Key=f"{prefix}/{path.name}", Body=path.read_bytes())
        return f"s3://{bucket}/{prefix}/"

    def make_result_table(self) -> str:
        """Make a result table of its own name, with the key that the stack gives it."""
        name = f"results-{next(_NUMBERS)}"
        key = {"pk": "HASH", "result_id": "RANGE"}
        self.dynamodb.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": part, "KeyType": kind} for part, kind in key.items()],
            AttributeDefinitions=[{"AttributeName": part, "AttributeType": "S"} for part in key],
            BillingMode="PAY_PER_REQUEST",
        )
        return name

    def _build_client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
        )


@contextmanager
def serve_moto() -> Iterator[MotoServer]:
    """Serve on a free port until the block ends."""
    server = ThreadedMotoServer(LOOPBACK, 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield MotoServer(f"http://{host}:{port}")
    server.stop()


@pytest.fixture(scope="session")
def moto_server() -> Iterator[MotoServer]:
    """Serve as long as the tests run."""
    with serve_moto() as server:
        yield server
