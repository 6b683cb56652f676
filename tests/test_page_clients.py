"""The clients of docs/results.md and docs/cloud.md: served with the keys as printed."""

import re
from pathlib import Path

import httpx

from infra.stage_files import read_stage
from tests.pages import BLOCKS
from tests.windvane.api.serve_process import run_serve

EXPORT = re.compile(r"^export (\w+)=(\S+)$", re.MULTILINE)
CLIENT_BLOCKS = [
    block
    for block in BLOCKS
    if block.page == "docs/results.md" and block.code.startswith("export WINDVANE_API_KEYS=")
]
STAGE_BLOCKS = [
    block for block in BLOCKS if block.page == "docs/cloud.md" and block.language == "toml"
]


def test_clients_of_the_page_see_what_it_says(tmp_path: Path) -> None:
    [block] = CLIENT_BLOCKS
    environ = dict(EXPORT.findall(block.code))
    keys = {"operator": environ["WINDVANE_API_KEYS"]}
    keys |= dict(pair.split("=", 1) for pair in environ["WINDVANE_CLIENT_KEYS"].split(","))
    log = {"WINDVANE_RESULT_LOG_URI": f"sqlite:///{tmp_path / 'results.db'}"}

    with run_serve(environ={**environ, **log}) as server:
        sent = {name: {"x-api-key": key} for name, key in keys.items()}
        for headers in sent.values():
            httpx.post(f"{server.url}/sentiment", json={"text": "I love it"}, headers=headers)
        pages = {name: httpx.get(f"{server.url}/v1/results", headers=h) for name, h in sent.items()}

    seen = {
        name: {record.get("client") for record in page.json()["results"]}
        for name, page in pages.items()
    }
    everybody = {None, "shop", "partner"}
    assert seen == {"operator": everybody, "shop": everybody, "partner": {"partner"}}


def test_client_of_the_page_is_one_that_a_stage_takes(tmp_path: Path) -> None:
    [block] = [block for block in STAGE_BLOCKS if "[[clients]]" in block.code]
    (tmp_path / "pr-42.toml").write_text(block.code, encoding="utf-8")

    [client] = read_stage("pr-42", folder=tmp_path).clients

    assert (client.name, client.own_results_only) == ("partner", True)
