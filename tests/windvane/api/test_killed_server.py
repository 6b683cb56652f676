"""What is left of a local server that was killed in the middle of its work."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from threading import Event

import httpx
import pytest

from tests.windvane.api.clients import JSON_TYPE
from tests.windvane.api.serve_process import run_serve
from windvane.result_log.sqlite.sqlite_log import SqliteResultLog

CLIENTS = 8
ENOUGH = 100
BODY = {"text": "good table"}
BATCH = {"texts": ["good table", "bad table", "good"]}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "results.db"


@pytest.fixture
def recording(environ: dict[str, str], path: Path) -> dict[str, str]:
    return {**environ, "WINDVANE_RESULT_LOG_URI": f"sqlite:///{path}"}


def send_on(url: str, enough: Event) -> Iterator[str]:
    """Send requests until the server is gone; name each result that it says it has recorded."""
    with httpx.Client(base_url=url) as client, suppress(httpx.TransportError):
        for count in range(100_000):
            one = client.post("/sentiment", json=BODY).json()
            batch = client.post("/v1/classify", json=BATCH).json()
            yield from (
                result["result_id"]
                for result in (one, *batch.get("results", ()))
                if result.get("logged")
            )
            if count == ENOUGH:
                enough.set()


def test_killed_server_has_every_result_that_it_said_it_recorded(
    recording: dict[str, str], path: Path
) -> None:
    enough = Event()

    with ThreadPoolExecutor(CLIENTS) as pool, run_serve(environ=recording) as server:
        sending = [pool.submit(lambda: [*send_on(server.url, enough)]) for _ in range(CLIENTS)]
        assert enough.wait(60)
        server.process.kill()
        acknowledged = [result_id for sent in sending for result_id in sent.result()]

    with run_serve(environ=recording) as server:
        found = httpx.get(f"{server.url}/v1/results/{acknowledged[-1]}")
        recorded = httpx.post(f"{server.url}/sentiment", json=BODY).json()
    with closing(SqliteResultLog(str(path))) as log:
        lost = [result_id for result_id in acknowledged if log.read(result_id) is None]
    assert len(acknowledged) > ENOUGH
    assert lost == []
    assert found.json()["result_id"] == acknowledged[-1]
    assert recorded["logged"] is True


def test_killed_server_gives_the_first_answer_again_when_it_is_back(
    recording: dict[str, str],
) -> None:
    body = json.dumps(BODY)
    headers = {**JSON_TYPE, "Idempotency-Key": "8e03978e"}
    with run_serve(environ=recording) as server:
        first = httpx.post(f"{server.url}/sentiment", content=body, headers=headers)
        server.process.kill()

    with run_serve(environ=recording) as server:
        again = httpx.post(f"{server.url}/sentiment", content=body, headers=headers)

    assert (first.status_code, again.status_code) == (200, 200)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.text == first.text
