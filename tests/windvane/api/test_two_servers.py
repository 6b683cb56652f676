"""Two local servers that record into one file at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx

from tests.windvane.api.serve_process import run_serve
from windvane.result_log.sqlite.sqlite_log import SqliteResultLog

CLIENTS_A_SERVER = 4
REQUESTS = 100
TEXTS = ["good table", "bad table", "good"]
BODIES: dict[str, dict[str, Any]] = {
    "/sentiment": {"text": TEXTS[0]},
    "/v1/classify": {"texts": TEXTS},
}


def send(url: str) -> Iterator[httpx.Response]:
    with httpx.Client(base_url=url, timeout=10) as client:
        for _ in range(REQUESTS):
            yield from (client.post(path, json=body) for path, body in BODIES.items())


def test_two_servers_record_all_that_both_answer(environ: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "results.db"
    recording = {**environ, "WINDVANE_RESULT_LOG_URI": f"sqlite:///{path}"}

    with (
        run_serve(environ=recording) as first,
        run_serve(environ=recording) as second,
        ThreadPoolExecutor(2 * CLIENTS_A_SERVER) as pool,
    ):
        urls = [first.url, second.url] * CLIENTS_A_SERVER
        answers = [answer for sent in pool.map(lambda url: [*send(url)], urls) for answer in sent]

    assert {answer.status_code for answer in answers} == {200}
    results = [one for answer in answers for one in answer.json().get("results", [answer.json()])]
    assert {result["logged"] for result in results} == {True}
    ids = {result["result_id"] for result in results}
    assert len(ids) == len(urls) * REQUESTS * (1 + len(TEXTS))
    with closing(SqliteResultLog(str(path))) as log:
        assert [result_id for result_id in ids if log.read(result_id) is None] == []
