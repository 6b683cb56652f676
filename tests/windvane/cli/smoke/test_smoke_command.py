"""``windvane smoke`` against the local server, and its options."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.windvane.api.serve_process import ServeProcess, run_serve
from tests.windvane.cli.smoke.conftest import RunSmoke
from tests.windvane.cli.smoke.scripted_service import KEY
from tests.windvane.cli.windvane_process import ROOT, windvane_command

STEPS = ["health", "no key", "classify", "listed", "deleted", "gone"]
SECONDS = 30


def count_results(server: ServeProcess) -> int:
    answer = httpx.get(f"{server.url}/v1/results", headers={"x-api-key": KEY})
    return len(answer.json()["results"])


def test_smoke_shows_each_step_with_its_milliseconds(
    recording_server: ServeProcess, run_smoke: RunSmoke
) -> None:
    result = run_smoke("--url", recording_server.url, WINDVANE_SMOKE_KEY=KEY)

    lines = result.output.splitlines()
    assert result.exit_code == 0
    assert [line[8:17].strip() for line in lines] == STEPS
    assert {line.split()[0] for line in lines} == {"ok"}
    assert all(line[:26].endswith(" ms") for line in lines)
    assert "positive" in lines[2]
    assert "sentiment-minilm@" in lines[0]
    assert count_results(recording_server) == 0


def test_smoke_writes_json(recording_server: ServeProcess, run_smoke: RunSmoke) -> None:
    result = run_smoke("--url", f"{recording_server.url}/", "--key", KEY, "--json")

    written = json.loads(result.output)
    assert result.exit_code == 0
    assert written["ok"] is True
    assert written["model"].startswith("sentiment-minilm@")
    assert [step["step"] for step in written["steps"]] == STEPS
    assert {step["outcome"] for step in written["steps"]} == {"ok"}
    assert all(step["elapsed_ms"] > 0 for step in written["steps"])


def test_smoke_says_which_steps_a_laptop_lacks(tiny_bundle: Path, run_smoke: RunSmoke) -> None:
    with run_serve("--bundle", str(tiny_bundle)) as server:
        result = run_smoke("--url", server.url, "--text", "good", "--json")

    steps = {step["step"]: step for step in json.loads(result.output)["steps"]}
    assert result.exit_code == 0
    skipped = {name: step["got"] for name, step in steps.items() if step["outcome"] == "skipped"}
    assert skipped == {
        "no key": "the service asks for no key, and none was given",
        **dict.fromkeys(STEPS[3:], "the service records no results"),
    }


def test_smoke_without_the_key_says_how_to_give_it(
    recording_server: ServeProcess, run_smoke: RunSmoke
) -> None:
    result = run_smoke("--url", recording_server.url)

    assert result.exit_code == 1
    assert "got 403 key-needed; give the key in WINDVANE_SMOKE_KEY" in result.output


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--label", "negative"], "expected 200 with the label negative and a model; got 200 with"),
        (["--model", "tiny@1"], "and the model tiny@1; got 200 with the model sentiment-minilm@"),
        (["--text", ""], "got 422 field-rule"),
        (["--key", f"{KEY[:-1]}x"], "got 403 key-needed"),
    ],
    ids=["label", "model", "text", "key"],
)
def test_smoke_ends_with_1_where_the_service_is_another(
    recording_server: ServeProcess, run_smoke: RunSmoke, options: list[str], said: str
) -> None:
    result = run_smoke("--url", recording_server.url, *options, WINDVANE_SMOKE_KEY=KEY)

    assert result.exit_code == 1
    assert said in result.output
    assert "X-Correlation-Id smoke-" in result.output
    assert count_results(recording_server) == 0


def test_smoke_accepts_the_version_of_the_model(
    recording_server: ServeProcess, run_smoke: RunSmoke
) -> None:
    health = httpx.get(f"{recording_server.url}/health").json()["model"]

    for model in (health, health.partition("@")[2]):
        options = ("--model", model, "--key", KEY)
        assert run_smoke("--url", recording_server.url, *options).exit_code == 0


def test_smoke_repeats_until_the_time_is_over(
    recording_server: ServeProcess, run_smoke: RunSmoke
) -> None:
    repeat = ("--every", "0.1", "--for", "0.01")

    result = run_smoke("--url", recording_server.url, "--key", KEY, *repeat, "--json")

    *rounds, last = [json.loads(line) for line in result.output.splitlines()]
    summary = last["summary"]
    assert result.exit_code == 0
    assert 1 <= len(rounds) <= 7  # a rounding error may let one more begin
    assert len({smoke["correlation_id"] for smoke in rounds}) == len(rounds)
    assert summary["rounds"] == len(rounds)
    assert (summary["requests"], summary["failures"]) == (6 * len(rounds), 0)
    assert 0 < summary["p50_ms"] <= summary["p95_ms"]
    assert list(summary["models"].values()) == [len(rounds)]
    assert list(summary["steps"]) == STEPS


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM], ids=["sigint", "sigterm"])
def test_smoke_ends_with_its_summary_when_it_is_stopped(
    recording_server: ServeProcess, stop: signal.Signals
) -> None:
    options = ("--url", recording_server.url, "--key", KEY, "--every", "3600")
    command = windvane_command("smoke", *options)
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    with process:
        assert process.stdout
        first = process.stdout.readline()
        process.send_signal(stop)
        output, errors = process.communicate(timeout=SECONDS)

    assert b" ok " in first
    assert (process.returncode, errors) == (0, b"")
    assert b"1 rounds; models: sentiment-minilm@" in output
    assert count_results(recording_server) == 0


def test_smoke_that_repeats_ends_with_1_after_a_failure(run_smoke: RunSmoke) -> None:
    repeat = ("--every", "0.1", "--for", "0.003")

    result = run_smoke("--url", "http://127.0.0.1:9", "--key", KEY, *repeat)

    assert result.exit_code == 1
    assert "FAILED" in result.output
    assert "got no connection" in result.output
    assert "models: none" in result.output


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "Give --url or --stage"),
        (["--url", "http://127.0.0.1:9", "--region", "eu-west-1"], "go with --stage"),
        (["--url", "http://127.0.0.1:9", "--for", "1"], "--for goes with --every"),
        (["--url", "http://127.0.0.1:9", "--every", "0"], "--every"),
        (["--url", "http://127.0.0.1:9", "--every", "nan"], "--every"),
        (["--url", "http://127.0.0.1:9", "--every", "1", "--for", "nan"], "--for"),
        (["--url", "http://127.0.0.1:9", "--every", "1", "--for", "inf"], "--for"),
        (["--url", "http://127.0.0.1:9", "--key", "two words"], "visible ASCII"),
        (["--url", "http://127.0.0.1:9", "--key", "a\r\nb: c"], "visible ASCII"),
        (["--url", "http://127.0.0.1:9", "--token", "two words"], "visible ASCII"),
        (["--url", "http://127.0.0.1:9", "--token", "a" * 4097], "1 to 4096"),
        (["--stage", "PROD"], "such as dev or prod"),
        *(
            (["--url", url], "--url")
            for url in (
                "",
                "localhost:8080",
                "ftp://a",
                "http://",
                "http://a b",
                "http://a:99999",
                "http://a:0",
                "http://a/\r\nb",
                "http://u:p@a",
                "http://a?b",
                "http://a#b",
                "http://[::1",
            )
        ),
    ],
)
def test_smoke_refuses_options_in_a_sentence(
    run_smoke: RunSmoke, options: list[str], said: str
) -> None:
    result = run_smoke(*options)

    assert result.exit_code == 2
    assert said in result.stderr
    assert "two words" not in result.output
    assert "u:p" not in result.output


def test_smoke_help_imports_neither_boto3_nor_urllib3() -> None:
    code = (
        "import sys\nfrom windvane.cli.main import windvane\n"
        "windvane(['smoke', '--help'], standalone_mode=False)\n"
        "sys.exit(', '.join({'boto3', 'botocore', 'urllib3'} & sys.modules.keys()) or 0)"
    )

    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (result.returncode, result.stderr) == (0, "")
    assert "classifies a text" in result.stdout
