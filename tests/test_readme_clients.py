"""The clients that the README shows are run as printed, against the default model."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.conftest import REPOSITORY
from tests.windvane.api.serve_process import ServeProcess, run_serve

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
PRINTED_ADDRESS = "http://127.0.0.1:8080"
SNIPPETS = re.findall(r"```python\n((?:(?!```).)+)```\n\n```text\n(.+?)```", README, re.DOTALL)
CLIENTS = ("huggingface_hub", "boto3", "tei_client")
ANY_CREDENTIALS = {"AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any"}
FIGURE = re.compile(r"\d+\.\d+(?:e-\d+)?")


@pytest.fixture(scope="module")
def server() -> Iterator[ServeProcess]:
    with run_serve() as process:
        yield process


@pytest.mark.parametrize("client", CLIENTS)
def test_readme_shows_a_client_in_three_lines(client: str) -> None:
    [lines] = [code.split("\n") for code, _ in SNIPPETS if client in code]

    assert len([line for line in lines if line]) == 3


@pytest.mark.parametrize(("code", "shown"), SNIPPETS, ids=range(len(SNIPPETS)))
def test_readme_client_prints_what_is_shown(server: ServeProcess, code: str, shown: str) -> None:
    printed = _run(code.replace(PRINTED_ADDRESS, server.url))

    assert FIGURE.sub("#", printed) == FIGURE.sub("#", shown)
    # Scores differ in the last digits from one processor to another.
    assert _read_figures(printed) == pytest.approx(_read_figures(shown), abs=0.02)


def _run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **ANY_CREDENTIALS},
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _read_figures(printed: str) -> list[float]:
    return [float(figure) for figure in FIGURE.findall(printed)]
