"""What docs/runbook.md tells an operator to type: what can be checked here, is."""

import io
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import click
import jmespath
import pytest
from awslambdaric.bootstrap import make_error
from botocore import xform_name

from functions.classify_api.function_metrics import FunctionMetrics
from functions.classify_api.other_events import answer_other_event
from infra.rest_api import ACCESS_LOG_FIELDS
from tests.conftest import REPOSITORY
from tests.moto_server import REGION, MotoServer, moto_server
from tests.runbook import (
    AWS_COMMANDS,
    BLOCKS,
    MAKE_COMMANDS,
    QUERIES,
    RUNBOOK,
    SHELL,
    WINDVANE_COMMANDS,
    find_operations,
    find_options,
)
from tests.windvane.api.serve_process import run_serve
from tests.windvane.result_log.records import FakeResultLog
from windvane.api.classified_texts import ClassifiedTexts
from windvane.api.request_trace import RequestTrace
from windvane.cli.main import windvane
from windvane.inference.predictions import Prediction
from windvane.observability import logger
from windvane.result_log.record import RecordMaker
from windvane.result_log.recorder import Recorded, RecordedRequest, Recorder

__all__ = ["moto_server"]

MAKEFILE = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
CUSTOM_COMMANDS = {"cloudformation wait", "logs tail", "s3 cp"}
"""Those of the AWS CLI that are more than one call, so that no API model knows them."""
GLOBAL_OPTIONS = {"--output", "--query", "--region", "--profile"}
# Parameters of functions, and what an operator may set or not.
SET_ELSEWHERE = {"1", "2", "HOURS"}
QUERY_WORDS = {
    "and",
    "as",
    "avg",
    "bin",
    "by",
    "coalesce",
    "count",
    "desc",
    "fields",
    "filter",
    "in",
    "limit",
    "max",
    "min",
    "or",
    "sort",
    "stats",
}

TEXT = "a text"
PREDICTION = Prediction(
    label="positive",
    score=0.9,
    scores={"positive": 0.9, "negative": 0.1},
    tokens=3,
    windows=1,
)
PLATFORM_REPORT = {"type": "platform.report", "record": {"status": "timeout", "requestId": "1"}}
"""The fields that are asked for, of
https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html#platform-report."""


@pytest.fixture
def log_lines(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """A line of each kind that the function writes, by the code that writes it."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setattr(logger.registered_handler, "stream", stream)
    refusing = FakeResultLog(reason="dynamodb answered 400 ThrottlingException")
    recorder = Recorder(refusing, RecordMaker("hash", 30))
    recorded = recorder.record(
        [TEXT], [PREDICTION], RecordedRequest(model="tiny@1", route="/sentiment")
    )
    metrics = FunctionMetrics("windvane-prod")
    metrics.count_request("c6af9ac6")
    metrics.count_predictions(_answer(recorded))
    logger.info(
        "model loaded", version="1", times_ms={"start": 1.0, "bundle": 1.0, "classifier": 1.0}
    )
    answer_other_event({"Records": []}, RequestTrace("c6af9ac6"))
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def _answer(recorded: Recorded) -> ClassifiedTexts:
    return ClassifiedTexts(
        manifest=None,  # type: ignore[arg-type]
        predictions=[PREDICTION],
        chars=[len(TEXT)],
        recorded=recorded,
        classify_ms=1,
        encode_ms=0,
        run_ms=1,
        log_ms=1,
    )


def test_runbook_has_commands_of_each_kind() -> None:
    assert len(AWS_COMMANDS) > 25
    assert len(WINDVANE_COMMANDS) > 4
    assert len(MAKE_COMMANDS) > 4
    assert len(QUERIES) > 5


@pytest.mark.parametrize(("target", "variables"), sorted(set(MAKE_COMMANDS)))
def test_runbook_make_command_is_the_makefiles(target: str, variables: str) -> None:
    assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)
    for name in re.findall(r"(\w+)=", variables):
        assert f"$({name})" in MAKEFILE


@pytest.mark.parametrize("line", sorted(set(WINDVANE_COMMANDS)))
def test_runbook_windvane_command_parses(line: str) -> None:
    words = shlex.split(line.partition(")")[0].replace("$STAGE", "prod"))
    command: click.Command | None = windvane

    while isinstance(command, click.Group):
        command = command.get_command(click.Context(command), words.pop(0))

    assert command
    assert command.make_context(command.name, words).params["stage"] == "prod"


@pytest.mark.parametrize("words", AWS_COMMANDS, ids=" ".join)
def test_runbook_aws_command_exists_with_its_options(words: list[str]) -> None:
    service, name, *arguments = words
    if f"{service} {name}" in CUSTOM_COMMANDS:
        return

    operation = find_operations(service)[name]

    options = {word for word in arguments if word.startswith("--")}
    assert options <= {*find_options(operation), *GLOBAL_OPTIONS}
    required = operation.input_shape.required_members if operation.input_shape else ()
    given = options | {f"--{option.removeprefix('--no-')}" for option in options}
    assert {f"--{xform_name(member, '-')}" for member in required} <= given


@pytest.mark.parametrize("words", AWS_COMMANDS, ids=" ".join)
def test_runbook_aws_query_is_jmespath(words: list[str]) -> None:
    for option, value in pairwise(words):
        if option == "--query":
            jmespath.compile(value)


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_runbook_block_is_bash(block: str) -> None:
    bash = shutil.which("bash")
    assert bash

    done = subprocess.run([bash, "-n"], input=block, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


def test_runbook_sets_each_variable_before_it_is_used() -> None:
    known = set(SET_ELSEWHERE)
    unknown = []
    for line in SHELL.splitlines():
        used = set(re.findall(r"\$\{?(\w+)", line))
        known |= set(re.findall(r"(?:^|\s)(\w+)=", line)) | set(re.findall(r"local (\w+)", line))
        unknown += sorted(used - known)

    assert unknown == []


def test_runbook_first_request_is_answered(tiny_bundle: Path) -> None:
    [block] = [block for block in BLOCKS if block.startswith("ENDPOINT=")]
    key = "a-key-of-twenty-characters"
    environ = {"WINDVANE_BUNDLE_URI": str(tiny_bundle), "WINDVANE_API_KEYS": key}
    with run_serve(environ=environ) as server:
        # What asks AWS answers with this server's address and key.
        script = f"output() {{ echo {server.url}/; }}\naws() {{ echo {key}; }}\n{block}"

        bash = shutil.which("bash")
        assert bash
        done = subprocess.run([bash, "-euc", script], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert '"status":"ok"' in done.stdout
    assert '"sentiment":"neutral"' in done.stdout


@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
def test_runbook_query_asks_for_fields_that_there_are(
    log_lines: list[dict[str, Any]], query: str
) -> None:
    error = {"level": "ERROR", **make_error("it failed", "ValueError", [], "1")}
    lines = [*log_lines, error, PLATFORM_REPORT, ACCESS_LOG_FIELDS]
    fields = {name for line in lines for name in _flatten(line)} | {"@timestamp", "@message"}
    named = re.sub(r'"[^"]*"|as \w+|by bin\(\w+\)', "", query)
    sorted_by = set(re.findall(r"as (\w+)", query))

    asked = set(re.findall(r"@?[A-Za-z_][\w.]*", named)) - QUERY_WORDS - sorted_by

    assert asked <= fields


def test_runbook_query_compares_with_messages_that_there_are(
    log_lines: list[dict[str, Any]],
) -> None:
    asked = re.findall(r'message = "([^"]+)"', RUNBOOK)

    assert set(asked) == {"event not served", "result not logged", "model loaded"}
    assert set(asked) <= {line.get("message") for line in log_lines}


def _flatten(line: dict[str, Any], prefix: str = "") -> Iterator[str]:
    """Name a line's fields as Logs Insights does."""
    for name, value in line.items():
        yield f"{prefix}{name}"
        if isinstance(value, dict):
            yield from _flatten(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            yield from (f"{prefix}{name}.{place}" for place in range(len(value)))


@pytest.mark.parametrize("name", sorted(set(re.findall(r"\$\(output (\w+)\)", SHELL))))
def test_runbook_output_is_the_stacks(name: str) -> None:
    sources = ("windvane_stack.py", "api_clients.py", "custom_domain.py")
    outputs = [(REPOSITORY / "infra" / file).read_text(encoding="utf-8") for file in sources]

    assert any(f'"{name}":' in output for output in outputs)


@pytest.mark.parametrize("runs", [1, 2])
def test_runbook_replay_writes_what_was_not_logged(
    moto_server: MotoServer,
    log_lines: list[dict[str, Any]],
    tmp_path: Path,
    runs: int,
) -> None:
    [line] = [line for line in log_lines if line.get("message") == "result not logged"]
    (tmp_path / "not-logged.json").write_text(json.dumps([json.dumps(line)]), encoding="utf-8")
    table = moto_server.make_result_table()
    [script] = re.findall(r"<<'REPLAY'\n(.*?)REPLAY", RUNBOOK, re.DOTALL)

    said = [_run_python(script, moto_server, tmp_path, TABLE=table) for _ in range(runs)]

    [item] = moto_server.dynamodb.scan(TableName=table)["Items"]
    assert item["result_id"] == {"S": line["record"]["result_id"]}
    assert item["score"] == {"N": "0.9"}
    assert (
        said[-1]
        == [
            "1 written, 0 were there already.\n",
            "0 written, 1 were there already.\n",
        ][runs - 1]
    )


def test_runbook_empties_a_bucket_of_all_versions(
    moto_server: MotoServer,
    tmp_path: Path,
) -> None:
    bucket = moto_server.make_bucket()
    status = {"Status": "Enabled"}
    moto_server.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=status)
    for content in (b"1", b"2"):
        moto_server.s3.put_object(Bucket=bucket, Key="bundles/1/model.onnx", Body=content)
    moto_server.s3.delete_object(Bucket=bucket, Key="bundles/1/model.onnx")
    [script] = re.findall(r"python -c '(.*object_versions.*)' \"\$BUCKET\"", RUNBOOK)

    _run_python(script, moto_server, tmp_path, bucket)

    moto_server.s3.delete_bucket(Bucket=bucket)


def _run_python(
    script: str, server: MotoServer, folder: Path, *arguments: str, **environment: str
) -> str:
    """Run a script of the runbook against moto; returns what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=folder,
        env={
            **server.environ,
            "AWS_DEFAULT_REGION": REGION,
            "PYTHONPATH": str(REPOSITORY),
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
