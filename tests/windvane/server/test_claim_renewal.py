"""Claims of requests that take longer than their lease."""

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.conftest import REPOSITORY
from tests.log_lines import LogLines
from tests.moto_server import MotoServer
from tests.windvane.api.serve_process import run_serve
from tests.windvane.result_log.records import FakeIdempotencyRecords, give_moto_time
from windvane.result_log.errors import ResultLogUnavailableError
from windvane.result_log.idempotency_records import (
    HELD_CLAIMS,
    ClaimedKey,
    IdempotencyRecords,
    KeyClaim,
)
from windvane.result_log.result_log import open_result_log
from windvane.server import claim_renewal
from windvane.server.claim_renewal import ClaimRenewal, renew_old_claims

CLAIM = KeyClaim(key_hash="a", request_hash="one", claimant="first")
OTHER = KeyClaim(key_hash="a", request_hash="one", claimant="second")
LEASE_SECONDS = 1
WORK_SECONDS = 3
"""Longer than the lease, rounded up to whole seconds as DynamoDB's is."""

THREADS_OF_A_FUNCTION = """
import sys, threading
from tests.windvane.api.classify.test_idempotency import CountingAnswer, build_event
from tests.windvane.result_log.records import FakeIdempotencyRecords
from windvane.api.classify.idempotency import respond_once
before = threading.active_count()
respond_once(CountingAnswer(), build_event(), "key", FakeIdempotencyRecords())
print(threading.active_count() - before, "windvane.server.claim_renewal" in sys.modules)
"""


SLOW_SECONDS = 4
SLOW_SERVER = f"""
import sys, time
from windvane.cli.main import main
from windvane.inference.classifier import Classifier
from windvane.result_log import idempotency_records
from windvane.result_log.sqlite import sqlite_idempotency
from windvane.server import claim_renewal

classify = Classifier.classify
Classifier.classify = lambda *given: (time.sleep({SLOW_SECONDS}), classify(*given))[1]
sqlite_idempotency.LEASE_SECONDS = 1
idempotency_records.RENEW_SECONDS = 0.2
claim_renewal.CHECK_SECONDS = 0.1
main()
"""
"""A server whose model takes four times the lease."""


@pytest.fixture(params=["dynamodb", "sqlite"])
def records(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    moto_server: MotoServer,
    tmp_path: Path,
) -> Iterator[IdempotencyRecords]:
    """Each kind of log in turn, with a short lease."""
    give_moto_time(monkeypatch)
    for module in ("sqlite.sqlite_idempotency", "dynamodb.dynamodb_idempotency"):
        monkeypatch.setattr(f"windvane.result_log.{module}.LEASE_SECONDS", LEASE_SECONDS)
    uri = f"sqlite:///{tmp_path}/results.db"
    if request.param == "dynamodb":
        uri = f"dynamodb://{moto_server.make_result_table()}"
    log = open_result_log(uri, moto_server.environ)
    assert log is not None
    with closing(log):
        yield log.idempotency_records


@pytest.fixture
def renew_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Renew claims that are younger than usual."""
    monkeypatch.setattr("windvane.result_log.idempotency_records.RENEW_SECONDS", 0.2)
    monkeypatch.setattr(claim_renewal, "CHECK_SECONDS", 0.05)


def send(client: httpx.Client) -> httpx.Response:
    """Send the same request with the same key."""
    return client.post("/sentiment", json={"text": "good"}, headers={"Idempotency-Key": "one"})


def list_renewal_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "renewal"]


async def work(seconds: float) -> None:
    """Run the renewal as the server does while a request is served."""
    renewing = asyncio.create_task(ClaimRenewal().run())
    await asyncio.sleep(seconds)
    renewing.cancel()


@pytest.mark.usefixtures("renew_soon")
def test_claim_holds_as_long_as_its_request_runs(records: IdempotencyRecords) -> None:
    records.claim(CLAIM)

    with HELD_CLAIMS.hold(records, CLAIM):
        asyncio.run(work(WORK_SECONDS))
        repeated = records.claim(OTHER)

    assert repeated == ClaimedKey("one", None)
    assert records.store(CLAIM, b"response")


@pytest.mark.usefixtures("renew_soon")
def test_one_thread_renews_the_claims_of_all_requests() -> None:
    records = FakeIdempotencyRecords()
    claims = [KeyClaim(key_hash=f"{n}", request_hash="", claimant="") for n in range(9)]
    before = len(list_renewal_threads())
    renewal = ClaimRenewal()

    for claim in claims:
        with HELD_CLAIMS.hold(records, claim):
            time.sleep(0.21)
            renewal.check()
            renewal.check()

    assert len(list_renewal_threads()) == before + 1
    assert list_renewal_threads()[-1].daemon


def test_no_thread_starts_for_claims_that_are_young() -> None:
    before = len(list_renewal_threads())

    with HELD_CLAIMS.hold(FakeIdempotencyRecords(), CLAIM):
        ClaimRenewal().check()

    assert len(list_renewal_threads()) == before


@pytest.mark.usefixtures("renew_soon")
def test_renewal_that_fails_is_tried_again(log_lines: LogLines) -> None:
    records = FakeIdempotencyRecords()
    records.claim(CLAIM)

    def fail() -> None:
        raise ResultLogUnavailableError("sqlite is away")

    with HELD_CLAIMS.hold(records, CLAIM):
        time.sleep(0.21)
        records.fail = fail
        renew_old_claims()
        records.fail = lambda: None
        still_old = HELD_CLAIMS.list_old()
        renew_old_claims()
        renewed = HELD_CLAIMS.list_old()

    assert [claim for _, claim in still_old] == [CLAIM]
    assert renewed == []
    assert [line["message"] for line in log_lines()] == ["idempotency claim not renewed"]


@pytest.mark.usefixtures("renew_soon")
def test_claim_that_was_lost_is_not_renewed_any_more() -> None:
    with HELD_CLAIMS.hold(FakeIdempotencyRecords(), CLAIM):
        time.sleep(0.21)
        renew_old_claims()

        assert HELD_CLAIMS.list_old() == []


def test_function_starts_no_thread_and_imports_no_renewal() -> None:
    command = [sys.executable, "-c", THREADS_OF_A_FUNCTION]

    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["0", "False"]


def test_local_server_refuses_a_repeated_request_for_as_long_as_the_first_runs(
    tiny_bundle: Path, tmp_path: Path
) -> None:
    program = tmp_path / "serve"
    program.write_text(f"#!{sys.executable}\n{SLOW_SERVER}")
    program.chmod(0o700)
    recording = {
        "WINDVANE_BUNDLE_URI": str(tiny_bundle),
        "PYTHONPATH": str(REPOSITORY),
        "WINDVANE_RESULT_LOG_URI": f"sqlite:///{tmp_path}/results.db",
    }

    with (
        run_serve(program=program, environ=recording) as server,
        httpx.Client(base_url=server.url, timeout=60) as client,
        ThreadPoolExecutor(1) as pool,
    ):
        first = pool.submit(send, client)
        time.sleep(SLOW_SECONDS - 1)
        second = send(client)
        answered = first.result()
        third = send(client)
        recorded = client.get("/v1/results").json()["results"]

    assert (second.status_code, answered.status_code) == (409, 200)
    assert (third.status_code, third.content) == (200, answered.content)
    assert len(recorded) == 1
