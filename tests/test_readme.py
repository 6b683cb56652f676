"""What the README shows is run, and its tables are compared with the code's."""

import json
import re
import shlex
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from infra.gateway_problems import GATEWAY_PROBLEMS
from model_export.schemes import SCHEMES
from tests.conftest import REPOSITORY
from tests.windvane.api.serve_process import ServeProcess, run_serve
from tests.windvane.cli.windvane_process import run_windvane
from windvane.api.problems import PROBLEMS
from windvane.cli.main import COMMANDS
from windvane.facts import MAX_BODY_BYTES
from windvane.settings import load_settings

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
CARD = (REPOSITORY / "models" / "sentiment-minilm" / "README.md").read_text(encoding="utf-8")
PRINTED_ADDRESS = "http://127.0.0.1:8080"
CURLS = re.findall(r"```bash\n(curl .*)\n```\n\n```json\n(.*)\n```", README)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServeProcess]:
    """A server that records, as one does that is started by hand."""
    log = tmp_path_factory.mktemp("readme") / "results.db"
    with run_serve("--result-log", f"sqlite:///{log}") as process:
        yield process


def test_readme_shows_its_first_command_by_line_20() -> None:
    first = next(i for i, line in enumerate(README.splitlines(), 1) if line.startswith("```bash"))

    assert first <= 20


def test_readme_has_curls_to_run() -> None:
    assert len(CURLS) >= 3


@pytest.mark.parametrize(("curl", "shown"), CURLS, ids=range(len(CURLS)))
def test_readme_curl_answers_what_is_shown(server: ServeProcess, curl: str, shown: str) -> None:
    answer = _run(curl.replace(PRINTED_ADDRESS, server.url))

    assert _without_figures(answer) == _without_figures(json.loads(shown))


def test_serve_prints_a_curl_that_works(server: ServeProcess) -> None:
    [curl] = [line.strip() for line in server.greeting.splitlines() if "curl" in line]

    answer = _run(curl)

    assert answer["sentiment"] == "positive"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("What a lovely morning, I am so glad!", "positive"),
        ("I am so sad, everything went wrong.", "negative"),
        ("The meeting is on Tuesday at noon.", "neutral"),
    ],
)
def test_default_model_tells_glad_from_sad(server: ServeProcess, text: str, label: str) -> None:
    body = shlex.quote(json.dumps({"text": text}))

    answer = _run(f"curl -s {server.url}/sentiment -H 'content-type: application/json' -d {body}")

    assert answer["sentiment"] == label


def test_readme_error_table_is_the_codes() -> None:
    shown = re.findall(r"^\| (\d{3}) \| `(urn:\S+)` \|", README, re.MULTILINE)
    ours = {(str(kind.status), kind.type) for kind in PROBLEMS.values()}
    gateway = {problem.type: problem.status for problem in GATEWAY_PROBLEMS}

    assert ours <= set(shown)
    assert {kind for _, kind in shown} == {kind for _, kind in ours} | gateway.keys()
    assert all(gateway[kind] in {None, int(status)} for status, kind in shown if kind in gateway)


def test_readme_settings_are_the_codes() -> None:
    shown = dict(re.findall(r"^\| `(WINDVANE_\w+)` \| (.*?) \|", README, re.MULTILINE))
    source = (REPOSITORY / "windvane" / "settings.py").read_text(encoding="utf-8")
    defaults = load_settings({})

    assert set(shown) == set(re.findall(r'"(WINDVANE_\w+)"', source))
    assert shown["WINDVANE_MAX_TEXT_CHARS"] == str(defaults.max_text_chars)
    assert shown["WINDVANE_MAX_BATCH_TEXTS"] == str(defaults.max_batch_texts)
    assert shown["WINDVANE_MAX_WAITING_REQUESTS"] == str(defaults.max_waiting_requests)
    assert shown["WINDVANE_MAX_BATCH_CHARS"] == str(defaults.max_batch_chars)
    assert shown["WINDVANE_RESULT_LOG_URI"] == f"`{defaults.result_log_uri}`"
    assert shown["WINDVANE_STORE_TEXT"] == f"`{defaults.store_text}`"
    assert shown["WINDVANE_RETENTION_DAYS"] == str(defaults.retention_days)
    assert f"{MAX_BODY_BYTES:,} bytes" in README


def test_readme_schemes_are_the_codes() -> None:
    shown = re.findall(r"^\| \**`([a-z0-9-]+)`\** \|", README, re.MULTILINE)

    assert set(SCHEMES) <= set(shown)


def test_readme_windvane_commands_exist() -> None:
    shown = re.findall(r"windvane ([a-z]+)(?= )", README + CARD)

    assert shown
    assert set(shown) <= set(COMMANDS)


def test_readme_classify_runs_as_printed() -> None:
    command = re.search(r"^\.venv/bin/windvane (classify .*)$", README, re.MULTILINE)
    assert command

    done = run_windvane(*shlex.split(command[1]))

    assert done.returncode == 0
    assert b"positive" in done.stdout
    assert b"negative" in done.stdout


@pytest.mark.parametrize("target", sorted(set(re.findall(r"(?m)(?:^|`)make ([a-z-]+)", README))))
def test_readme_make_target_exists(target: str) -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")

    assert re.search(rf"^{target}:", makefile, re.MULTILINE)


@pytest.mark.parametrize("link", re.findall(r"\]\((?!http)([^)]+)\)", README))
def test_readme_link_leads_to_a_file(link: str) -> None:
    assert (REPOSITORY / link).exists()


def _run(curl: str) -> Any:
    """Send what a curl line would, for machines without curl."""
    words = shlex.split(curl)
    [url] = [word for word in words if word.startswith("http")]
    name, _, value = words[words.index("-H") + 1].partition(": ")
    body = words[words.index("-d") + 1].encode()
    return httpx.post(url, headers={name: value}, content=body, timeout=30).json()


def _without_figures(value: Any) -> Any:
    """Keep all but ids, and scores, which differ in the last digits between processors."""
    if isinstance(value, dict):
        return {
            key: "id" if key == "result_id" else _without_figures(item)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_without_figures(item) for item in value]
    return "a score" if isinstance(value, float) else value
