"""S3 and DynamoDB over HTTP on loopback, by moto; for tests of whatever speaks to AWS.

A `conftest.py` takes the fixture with ``from tests.moto_server import moto_server``.
"""

import itertools
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
import pytest

from windvane.result_log.dynamodb.table_creation import TABLE_DEFINITION

LOOPBACK = "127.0.0.1"
REGION = "eu-west-1"
KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}

SERVE = f"""
import sys, threading
from moto.dynamodb.responses import DynamoHandler
from moto.server import ThreadedMotoServer

lock = threading.Lock()
call = DynamoHandler.call_action

def call_alone(handler):
    with lock:  # DynamoDB checks a condition and writes in one step; two threads of moto do not
        return call(handler)

DynamoHandler.call_action = call_alone
server = ThreadedMotoServer({LOOPBACK!r}, 0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
server.stop()
"""
"""Ends with whoever started it: then nobody holds the other end of stdin."""


@dataclass(frozen=True)
class MotoServer:
    """A server that runs."""

    url: str
    _numbers: Iterator[int] = field(default_factory=itertools.count)

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
        name = f"bucket-{next(self._numbers)}"
        self.s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        return name

    def upload_folder(self, folder: Path, bucket: str, prefix: str) -> str:
        """Put a folder's files under a prefix; returns the folder's URI."""
        for path in folder.iterdir():
            self.s3.put_object(Bucket=bucket, Key=f"{prefix}/{path.name}", Body=path.read_bytes())
        return f"s3://{bucket}/{prefix}/"

    def make_result_table(self) -> str:
        """Make a result table of its own name, with key and indexes as the stack makes them."""
        name = f"results-{next(self._numbers)}"
        self.dynamodb.create_table(TableName=name, **TABLE_DEFINITION)
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
    """Serve on a free port until the block ends.

    By a process of its own: a `mock_aws` in this one empties all that moto holds in it.
    """
    command = [sys.executable, "-c", SERVE]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        if process.stdout is None:
            raise RuntimeError("stdout is not a pipe")
        yield MotoServer(f"http://{LOOPBACK}:{int(process.stdout.readline())}")


@pytest.fixture(scope="session")
def moto_server() -> Iterator[MotoServer]:
    """Serve as long as the tests run."""
    with serve_moto() as server:
        yield server
