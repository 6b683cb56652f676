"""Every curl of the pages is sent, and responds with what is shown."""

import json
import shlex
from collections.abc import Iterator

import pytest

from tests.page_requests import mask_figures, send_curl
from tests.pages import BLOCKS, Block
from tests.windvane.api.serve_process import ServeProcess, run_serve

CURL_BLOCKS = [
    block
    for block in BLOCKS
    if block.language == "bash"
    and block.page != "docs/runbook.md"
    and all(line.startswith("curl ") for line in block.lines)
]
WITH_JSON = [block for block in CURL_BLOCKS if block.output]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServeProcess]:
    """A server that records, as one does that is started by hand."""
    log = tmp_path_factory.mktemp("pages") / "results.db"
    with run_serve("--result-log", f"sqlite:///{log}") as process:
        yield process


def test_pages_have_curls_to_send() -> None:
    assert len(CURL_BLOCKS) >= 6
    assert len(WITH_JSON) >= 4


@pytest.mark.parametrize("block", CURL_BLOCKS, ids=lambda block: f"{block.page}: {block.code}")
def test_curl_responds_with_what_is_shown(server: ServeProcess, block: Block) -> None:
    for line in block.lines:
        response = send_curl(line, server.url)

        if block.output:
            assert mask_figures(response.json()) == mask_figures(json.loads(block.output))
        else:
            assert response.is_success


def test_serve_prints_a_curl_that_works(server: ServeProcess) -> None:
    [curl] = [line.strip() for line in server.greeting.splitlines() if "curl" in line]

    response = send_curl(curl)

    assert response.json()["sentiment"] == "positive"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("What a lovely morning, I am so glad!", "positive"),
        ("I am so sad, everything went wrong.", "negative"),
        ("The meeting is on Tuesday at noon.", "neutral"),
    ],
)
def test_default_model_classifies_plain_texts(server: ServeProcess, text: str, label: str) -> None:
    body = shlex.quote(json.dumps({"text": text}))

    response = send_curl(
        f"curl -s {server.url}/sentiment -H 'content-type: application/json' -d {body}"
    )

    assert response.json()["sentiment"] == label
