"""The Python of the pages is run as printed, against the default model."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import windvane
from tests.conftest import REPOSITORY
from tests.pages import BLOCKS, PAGES, PRINTED_ADDRESSES, Block
from tests.windvane.api.serve_process import ServeProcess, run_serve
from tests.windvane.jobs.fake_step_functions import MACHINE, serve_step_functions

CLIENTS = ("huggingface_hub", "boto3", "tei_client")
SNIPPETS = [block for block in BLOCKS if block.language == "python" and block.output]
LIBRARY = [block for block in SNIPPETS if "load_classifier" in block.code]
FIGURE = re.compile(r"\d+\.\d+(?:e-\d+)?")
PIP_INSTALL = [
    (page, package)
    for page, text in PAGES.items()
    for package in re.findall(r"pip install ([\w-]+)(?![\w/-])", text)
]


@pytest.fixture(scope="module")
def server() -> Iterator[ServeProcess]:
    jobs = {
        "WINDVANE_JOBS_ARN": MACHINE,
        "WINDVANE_JOB_INPUTS": "s3://my-texts/",
        "WINDVANE_JOB_OUTPUTS": "s3://my-results/",
    }
    with (
        serve_step_functions() as step_functions,
        run_serve(environ={**jobs, **step_functions.environ}) as process,
    ):
        yield process


def test_pages_have_snippets_to_run() -> None:
    assert len(SNIPPETS) >= 8
    assert len(LIBRARY) >= 2
    assert len(PIP_INSTALL) >= 2 * len(CLIENTS)


@pytest.mark.parametrize("client", CLIENTS)
def test_readme_shows_a_client_in_three_statements(client: str) -> None:
    [code] = [
        block.code for block in SNIPPETS if block.page == "README.md" and client in block.code
    ]

    assert len(ast.parse(code).body) == 3


@pytest.mark.parametrize(("page", "package"), PIP_INSTALL)
def test_pip_install_names_a_package_that_is_tested(page: str, package: str) -> None:
    pins = "\n".join(
        path.read_text(encoding="utf-8") for path in (REPOSITORY / "requirements").glob("*.txt")
    )

    assert re.search(rf"^{package.replace('_', '-')}==", pins, re.MULTILINE), page


@pytest.mark.parametrize("block", SNIPPETS, ids=lambda block: f"{block.page}: {block.first_line}")
def test_snippet_prints_what_is_shown(server: ServeProcess, tmp_path: Path, block: Block) -> None:
    if block in LIBRARY and not hasattr(windvane, "load_classifier"):
        pytest.skip("windvane.load_classifier is not there yet")
    code = block.code.replace(PRINTED_ADDRESSES[0], server.url)

    printed = _run(code, home=tmp_path)

    shown = str(block.output)
    assert FIGURE.sub("#", printed) == FIGURE.sub("#", shown)
    # Scores differ in the last digits from one processor to another.
    assert _read_figures(printed) == pytest.approx(_read_figures(shown), abs=0.02)


def _run(code: str, *, home: Path) -> str:
    """Run a snippet for a user who has set up no AWS credentials."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={
            **environ,
            "HOME": str(home),
            "AWS_EC2_METADATA_DISABLED": "true",
            "PYTHONPATH": str(REPOSITORY),
        },
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _read_figures(printed: str) -> list[float]:
    return [float(figure) for figure in FIGURE.findall(printed)]
