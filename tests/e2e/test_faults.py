"""S3 or DynamoDB in trouble, and what the caller and the log are then told."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.e2e.conftest import RunFunction
from tests.e2e.deployment import Deployment
from tests.e2e.emulator import FunctionEmulator
from tests.e2e.fault_server import (
    Fault,
    change_after,
    drip,
    hang,
    pass_on,
    refuse_dynamodb,
    refuse_s3,
    run_fault_server,
)
from tests.moto_server import MotoServer
from windvane.result_log.dynamodb.dynamodb_log import DynamoDbResultLog
from windvane.result_log.record import ResultRecord
from windvane.result_log.time_limits import WRITE_SECONDS

LAMBDA_START_SECONDS = 10
"""Lambda ends a start that takes longer, and then nobody reads why."""

UNHEARD_OF = {"text": "I love it, unheard-of as it is"}
EVENT = {"httpMethod": "GET", "path": "/health"}

DENIED = refuse_dynamodb("AccessDeniedException")
THROTTLED = refuse_dynamodb("ProvisionedThroughputExceededException")


@dataclass(frozen=True)
class BrokenBundle:
    """A file of a bundle that is missing or another, and what is said of it."""

    name: str
    content: bytes | None
    error: str
    named: str


BROKEN_BUNDLES = {
    "missing": BrokenBundle("manifest.json", None, "BundleNotFoundError", "bundles/changed"),
    "incomplete": BrokenBundle("tokenizer.json", None, "BundleNotFoundError", "bundles/changed"),
    "broken manifest": BrokenBundle("manifest.json", b"{", "ManifestError", "manifest"),
    "cut short": BrokenBundle("tokenizer.json", b"{}", "BundleCorruptError", "tokenizer.json"),
    "changed": BrokenBundle("model.onnx", bytes(100_000), "BundleCorruptError", "model.onnx"),
}


def upload_broken(moto_server: MotoServer, bundle: Path, broken: BrokenBundle) -> str:
    bucket, prefix = moto_server.make_bucket(), "bundles/changed"
    uri = moto_server.upload_folder(bundle, bucket, prefix)
    moto_server.s3.delete_object(Bucket=bucket, Key=f"{prefix}/{broken.name}")
    if broken.content is not None:
        key = f"{prefix}/{broken.name}"
        moto_server.s3.put_object(Bucket=bucket, Key=key, Body=broken.content)
    return uri


@pytest.mark.parametrize("broken", BROKEN_BUNDLES.values(), ids=BROKEN_BUNDLES.keys())
def test_function_does_not_start_with_a_bundle_that_is_not_whole(
    start_function: RunFunction, moto_server: MotoServer, tiny_bundle: Path, broken: BrokenBundle
) -> None:
    uri = upload_broken(moto_server, tiny_bundle, broken)

    with start_function(WINDVANE_BUNDLE_URI=uri) as function:
        refused = function.invoke(EVENT)

        said = function.wait_for_log(lambda line: line.get("errorType") == broken.error)
    assert refused["errorType"] == broken.error
    assert broken.named in said["errorMessage"]


def test_function_says_that_s3_refused_it(start_function: RunFunction) -> None:
    with (
        run_fault_server(refuse_s3(403, "AccessDenied")) as server,
        start_function(AWS_ENDPOINT_URL_S3=server.url) as function,
    ):
        refused = function.invoke(EVENT)

        function.wait_for_log(lambda line: line.get("errorType") == "BundleUnreachableError")
    assert refused["errorType"] == "BundleUnreachableError"
    assert "403 AccessDenied" in refused["errorMessage"]


@dataclass(frozen=True)
class FailedStart:
    """What an invocation was told, when, and what the log says."""

    refused: dict[str, Any]
    seconds: float
    log: str


def start_with_slow_s3(start_function: RunFunction, fault: Fault) -> FailedStart:
    with (
        run_fault_server(fault) as server,
        start_function(AWS_ENDPOINT_URL_S3=server.url) as function,
    ):
        started = time.monotonic()
        refused = function.invoke(EVENT)
        seconds = time.monotonic() - started
        function.wait_for_log(lambda line: line.get("errorType") is not None)
        return FailedStart(refused, seconds, function.log.read_text())


SLOW_S3 = ("hanging", "dripping manifest", "dripping files")


@pytest.fixture(scope="module")
def slow_starts(start_function: RunFunction, moto_server: MotoServer) -> dict[str, FailedStart]:
    """Starts with each kind of slow S3; at once, since each takes all the time there is."""
    faults = (hang, drip, change_after(1, pass_on(moto_server.url), drip))
    with ThreadPoolExecutor() as pool:
        starts = pool.map(lambda fault: start_with_slow_s3(start_function, fault), faults)
        return dict(zip(SLOW_S3, starts, strict=True))


@pytest.mark.parametrize("kind", SLOW_S3)
def test_function_gives_s3_up_while_lambda_still_reads_why(
    slow_starts: dict[str, FailedStart], kind: str
) -> None:
    start = slow_starts[kind]

    assert start.seconds < LAMBDA_START_SECONDS
    assert start.refused["errorType"] == "BundleUnreachableError"
    assert "s3" in start.refused["errorMessage"]
    assert "BundleUnreachableError" in start.log


@contextmanager
def run_with_broken_log(
    start_function: RunFunction, fault: Fault, **changed: str
) -> Iterator[FunctionEmulator]:
    """Run a function that has started, and whose DynamoDB then fails."""
    with (
        run_fault_server(fault) as server,
        start_function(AWS_ENDPOINT_URL_DYNAMODB=server.url, **changed) as function,
    ):
        function.request("GET", "/health")
        yield function


@pytest.mark.parametrize("fault", [DENIED, THROTTLED, hang], ids=["denied", "throttled", "hanging"])
def test_function_answers_in_its_time_and_says_that_nothing_was_logged(
    start_function: RunFunction,
    deployment: Deployment,
    moto_server: MotoServer,
    fault: Fault,
) -> None:
    with run_with_broken_log(start_function, fault) as function:
        answer = function.request("POST", "/sentiment", UNHEARD_OF)

        line = function.wait_for_log(lambda line: line.get("message") == "result not logged")
        metrics = function.wait_for_log(lambda line: "NotLogged" in line)
        log = function.log.read_text()
    replayed = replay(line["record"], deployment, moto_server)
    assert answer.status == 200
    assert answer.body["sentiment"] == "positive"
    assert answer.body["logged"] is False
    assert answer.seconds < WRITE_SECONDS + 0.5
    assert metrics["NotLogged"] == [1]
    assert replayed == answer.body["result_id"]
    assert "unheard-of" not in log


def replay(fields: dict[str, object], deployment: Deployment, moto_server: MotoServer) -> str:
    """Put a record from the structured log into the table, and name what can then be read."""
    log = DynamoDbResultLog(deployment.table, moto_server.environ, retention_days=30)
    record = msgspec.convert(fields, ResultRecord)
    log.write([record])
    assert log.read(record.result_id) == record
    return record.result_id


@pytest.mark.parametrize("store_text", ["hash", "full"])
def test_function_keeps_texts_out_of_its_log_whatever_it_stores(
    start_function: RunFunction, store_text: str
) -> None:
    with run_with_broken_log(start_function, DENIED, WINDVANE_STORE_TEXT=store_text) as function:
        function.request("POST", "/sentiment", UNHEARD_OF)

        line = function.wait_for_log(lambda line: line.get("message") == "result not logged")
        log = function.log.read_text()
    assert ("text_sha256" in line["record"]) is (store_text == "hash")
    assert "unheard-of" not in log


def test_function_asks_a_throttling_table_again(
    start_function: RunFunction, moto_server: MotoServer
) -> None:
    fault = change_after(2, THROTTLED, pass_on(moto_server.url))

    with run_with_broken_log(start_function, fault) as function:
        answer = function.request("POST", "/sentiment", UNHEARD_OF)
        found = function.request("GET", f"/v1/results/{answer.body['result_id']}")

    assert answer.body["logged"] is True
    assert found.status == 200


def test_function_says_that_results_cannot_be_looked_up_now(start_function: RunFunction) -> None:
    with run_with_broken_log(start_function, DENIED) as function:
        answer = function.request("GET", "/v1/results/01980000-0000-7000-8000-000000000000")

    assert answer.status == 503
    assert answer.body["type"] == "urn:windvane:problem:log-unavailable"
