"""Nothing that a caller keeps to himself is written anywhere: no text, no key."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.log_lines import LogLines
from tests.moto_server import KEYS
from tests.windvane.api.events import build_rest_event
from tests.windvane.api.fake_classifier import BrokenClassifier
from tests.windvane.api.serve_process import ROOT, run_serve
from tests.windvane.aws.fake_aws import find_closed_port
from tests.windvane.server.asgi_connection import Connection, build_app, request
from windvane.api.routes import build_routes
from windvane.settings import Settings

MARK = "xyzzy"
HEADERS = {
    "Content-Type": "application/json",
    "Authorization": f"Bearer {MARK}",
    "Cookie": f"session={MARK}",
    "Idempotency-Key": f"key-{MARK}",
    "User-Agent": MARK,
    "X-Api-Key": f"{MARK}-key",
    "X-Correlation-Id": f"not allowed, {MARK}",
}
KEYLESS = {name: value for name, value in HEADERS.items() if name != "Idempotency-Key"}
"""A request with such a key is not answered where the log cannot be reached."""

TEXT = {"text": f"good {MARK}"}
REQUESTS: list[tuple[str, str, bytes | None]] = [
    ("POST", "/sentiment", json.dumps(TEXT).encode()),
    ("POST", "/v1/classify", json.dumps({"texts": [MARK, "", MARK * 5000]}).encode()),
    ("POST", "/v1/explain", json.dumps(TEXT).encode()),
    ("POST", "/sentiment", json.dumps({"text": "good", "subject": MARK}).encode()),
    ("POST", "/v1/classify", json.dumps({"texts": ["good"], "subject": f"{MARK}\n"}).encode()),
    ("GET", f"/v1/results?subject={MARK}", None),
    ("DELETE", f"/v1/results?subject={MARK}", None),
    ("POST", "/sentiment", f'{{"{MARK}": 1}}'.encode()),
    ("POST", "/sentiment", f'{{"text": "{MARK}'.encode()),
    ("POST", "/sentiment", f'{{"text": ["{MARK}"]}}'.encode()),
    ("POST", "/sentiment", f'{{"text": "{MARK}\\ud800"}}'.encode()),
    ("POST", "/sentiment", MARK.encode() * 1_500_000),
    ("GET", f"/v1/results/{MARK}", None),
    ("GET", f"/{MARK}", None),
    ("DELETE", f"/{MARK}/a", MARK.encode()),
]
SCRIPT = """
import json, sys, traceback
from functions.classify_api.handler import handler
from windvane.inference.classifier import Classifier
from tests.windvane.api.fake_classifier import BrokenClassifier
from tests.windvane.api.lambda_context import FakeLambdaContext

context = FakeLambdaContext()
events = json.load(open(sys.argv[1]))
for event in events:
    handler(event, context)
Classifier.classify = BrokenClassifier.classify
try:
    handler(events[0], context)
except Exception:
    traceback.print_exc()  # as the runtime does
"""


@pytest.fixture(params=["none", "hash", "full"])
def environ(request: pytest.FixtureRequest, tiny_bundle: Path, tmp_path: Path) -> dict[str, str]:
    """A log that cannot be reached, and all that makes libraries talk."""
    return {
        **KEYS,
        "AWS_ENDPOINT_URL": find_closed_port(),
        "AWS_REGION": "eu-west-1",
        "POWERTOOLS_DEV": "true",
        "WINDVANE_SUBJECT_KEY": "key-of-the-stage-with-more-than-32-characters",
        "POWERTOOLS_LOGGER_LOG_EVENT": "true",
        "TMPDIR": str(tmp_path),
        "WINDVANE_BUNDLE_URI": str(tiny_bundle),
        "WINDVANE_RESULT_LOG_URI": "dynamodb://lost",
        "WINDVANE_STORE_TEXT": request.param,
        "WINDVANE_THREADS": "2",
    }


def _run_function(environ: Mapping[str, str], events: list[Any], folder: Path) -> str:
    """Answer events in a fresh process, the last one with a broken model."""
    path = folder / "events.json"
    path.write_text(json.dumps(events), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(path)],
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout + done.stderr


def test_function_writes_nothing_private(environ: dict[str, str], tmp_path: Path) -> None:
    events = [
        build_rest_event(*asked, headers=headers)
        for headers in (KEYLESS, HEADERS)
        for asked in REQUESTS
    ]

    written = _run_function(environ, events, tmp_path)

    assert "result not logged" in written
    assert "ModelRunError" in written
    assert MARK not in written.lower()


def test_local_server_writes_nothing_private(environ: dict[str, str]) -> None:
    with run_serve(environ=environ) as server:
        answers = [
            httpx.request(method, server.url + path, content=body, headers=headers, timeout=30)
            for headers in (KEYLESS, HEADERS)
            for method, path, body in REQUESTS
        ]
        httpx.get(f"{server.url}/health", params={"text": MARK, "x-api-key": MARK})
        metrics = httpx.get(f"{server.url}/metrics").text
        server.process.terminate()
        written, _ = server.process.communicate(timeout=20)

    assert answers[0].status_code == 200
    assert "result not logged" in written
    assert "windvane_not_logged_total" in metrics
    assert MARK not in (written + metrics).lower()


def test_local_server_writes_nothing_private_where_the_model_fails(
    log_lines: LogLines, capfd: pytest.CaptureFixture[str]
) -> None:
    headers = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
    routes = build_routes(BrokenClassifier, Settings(bundle_uri="", threads=1))

    with ThreadPoolExecutor(1) as pool:
        app = build_app(routes, pool)
        body = json.dumps(TEXT).encode()
        answer = request(app, Connection([body]), headers=headers, query=b"text=" + MARK.encode())

    lines = log_lines()
    assert answer.status == 500
    assert [line["message"] for line in lines] == ["unexpected error"]
    assert lines[0]["correlation_id"] == answer.headers[b"x-correlation-id"].decode()
    assert MARK not in json.dumps(lines) + "".join(capfd.readouterr()) + answer.body.decode()
