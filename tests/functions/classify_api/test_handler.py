"""The handler as AWS Lambda starts it: a fresh process, then event after event."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.moto_server import KEYS, MotoServer
from tests.windvane.api.clients import JSON_TYPE
from tests.windvane.api.events import build_rest_event
from tests.windvane.api.lambda_context import FakeLambdaContext
from tests.windvane.api.serve_process import ROOT
from tests.windvane.aws.fake_aws import Act, FakeAws, answer, find_closed_port, hang

SCRIPT = """
import json, sys
from functions.classify_api.handler import handler
from tests.windvane.api.lambda_context import FakeLambdaContext
context = FakeLambdaContext()
answers = [json.loads(handler(event, context)["body"]) for event in json.loads(sys.stdin.read())]
heavy = {"pydantic", "boto3", "botocore.session", "uvicorn", "click", "sqlite3"} & set(sys.modules)
heavy |= {"functions.classify_api.other_events"} & set(sys.modules)
parts = ("aws", "bundle_download", "cli", "jobs", "monitoring", "rows", "server", "shadow")
heavy |= {name for name in sys.modules for part in parts if name.startswith(f"windvane.{part}")}
own = [name for name in sys.modules if name.partition(".")[0] in ("functions", "windvane")]
print(json.dumps({"answers": answers, "heavy": sorted(heavy), "own": len(own)}))
"""
MOST_OWN_MODULES = 84
"""There were 76 when this was written; each takes about 0.2 ms."""
EVENTS = [
    build_rest_event("POST", "/sentiment", body, JSON_TYPE)
    for body in (b'{"text": "good"}', b"{}", b'{"text": "bad"}')
]


def _run(environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        env={**os.environ, **environ},
        input=json.dumps(EVENTS),
        capture_output=True,
        text=True,
        check=False,
    )


def _answer(environ: Mapping[str, str]) -> Any:
    run = _run(environ)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout.splitlines()[-1])


def test_handler_answers_and_imports_nothing_heavy(tiny_bundle: Path) -> None:
    said = _answer({"WINDVANE_BUNDLE_URI": str(tiny_bundle)})

    first, second, third = said["answers"]
    assert first["sentiment"] == "positive"
    assert second["status"] == 422
    assert third["sentiment"] == "negative"
    assert said["heavy"] == []
    assert said["own"] <= MOST_OWN_MODULES


def test_handler_fetches_from_s3_and_records_in_dynamodb_without_boto3(
    tiny_bundle: Path, tmp_path: Path, moto_server: MotoServer
) -> None:
    table = moto_server.make_result_table()
    uri = moto_server.upload_folder(tiny_bundle, moto_server.make_bucket(), "bundles/one")

    said = _answer(
        {
            **moto_server.environ,
            "TMPDIR": str(tmp_path),
            "WINDVANE_BUNDLE_URI": uri,
            "WINDVANE_RESULT_LOG_URI": f"dynamodb://{table}",
        }
    )

    first, _, third = said["answers"]
    kept = {
        item["result_id"]["S"]: item["label"]["S"]
        for item in moto_server.dynamodb.scan(TableName=table)["Items"]
    }
    assert kept == {first["result_id"]: "positive", third["result_id"]: "negative"}
    assert (first["logged"], third["logged"]) == (True, True)
    assert {name.split(".")[1] for name in said["heavy"]} == {"aws", "bundle_download"}


def test_handler_names_the_invocation_and_the_request_in_its_log_lines(tiny_bundle: Path) -> None:
    lost = {
        **KEYS,
        "AWS_ENDPOINT_URL": find_closed_port(),
        "AWS_REGION": "eu-west-1",
        "POWERTOOLS_LOGGER_LOG_EVENT": "true",
        "WINDVANE_RESULT_LOG_URI": "dynamodb://lost",
    }

    run = _run({"WINDVANE_BUNDLE_URI": str(tiny_bundle), **lost})

    printed = [json.loads(line) for line in run.stdout.splitlines()]
    logged = [line for line in printed if line.get("message") == "result not logged"]
    assert len(logged) == 2
    for line in logged:
        assert line["function_request_id"] == FakeLambdaContext().aws_request_id
        assert line["correlation_id"] == EVENTS[0]["requestContext"]["requestId"]
    messages = {line["message"] for line in printed if "level" in line}
    assert messages == {"model loaded", "result not logged"}


def test_handler_does_not_start_without_its_bundle(tmp_path: Path, moto_server: MotoServer) -> None:
    uri = f"s3://{moto_server.make_bucket()}/bundles/none/"

    run = _run({**moto_server.environ, "TMPDIR": str(tmp_path), "WINDVANE_BUNDLE_URI": uri})

    assert run.returncode == 1
    assert f"BundleNotFoundError: {uri} is not in S3" in run.stderr


@pytest.mark.parametrize(
    "act", [answer(b"", 202), answer(b"{}", 404), hang], ids=["takes", "is-gone", "hangs"]
)
def test_handler_answers_the_same_whatever_its_challenger_does(
    tiny_bundle: Path, moto_server: MotoServer, act: Act
) -> None:
    with FakeAws(act).running() as challenger:
        said = _answer(
            {
                **moto_server.environ,
                "AWS_ENDPOINT_URL_LAMBDA": challenger.url,
                "WINDVANE_BUNDLE_URI": str(tiny_bundle),
                "WINDVANE_RESULT_LOG_URI": f"dynamodb://{moto_server.make_result_table()}",
                "WINDVANE_SHADOW_FUNCTION": "windvane-dev-shadow",
                "WINDVANE_SHADOW_SHARE": "1",
            }
        )

        sent = [one for asked in challenger.asked for one in asked.json["shadowed"]]

    first, second, third = said["answers"]
    assert [first["sentiment"], second["status"], third["sentiment"]] == [
        "positive",
        422,
        "negative",
    ]
    assert (sent[0]["result_id"], sent[0]["label"]) == (first["result_id"], "positive")
    assert "windvane.shadow.function_shadow" in said["heavy"]
