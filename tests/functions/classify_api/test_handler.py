"""The handler as AWS Lambda starts it: a fresh process, then event after event."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.functions.classify_api.clients import JSON_TYPE
from tests.functions.classify_api.events import build_rest_event
from tests.functions.classify_api.serve_process import ROOT

SCRIPT = """
import json, sys
from functions.classify_api.handler import handler
answers = [handler(event, None)["body"] for event in json.loads(sys.stdin.read())]
heavy = {"pydantic", "boto3", "botocore.session", "uvicorn", "click"} & set(sys.modules)
print(json.dumps({"answers": answers, "heavy": sorted(heavy)}))
"""


def test_handler_answers_and_imports_nothing_heavy(tiny_bundle: Path) -> None:
    events = [
        build_rest_event("POST", "/sentiment", body, JSON_TYPE)
        for body in (b'{"text": "good"}', b"{}", b'{"text": "bad"}')
    ]

    run = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        env={**os.environ, "WINDVANE_BUNDLE_URI": str(tiny_bundle)},
        input=json.dumps(events),
        capture_output=True,
        text=True,
        check=True,
    )

    said = json.loads(run.stdout.splitlines()[-1])
    first, second, third = (json.loads(answer) for answer in said["answers"])
    assert first["sentiment"] == "positive"
    assert second["status"] == 422
    assert third["sentiment"] == "negative"
    assert said["heavy"] == []
