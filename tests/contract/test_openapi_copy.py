"""The committed copy of the contract, which clients are built from, is the live one."""

import json
from pathlib import Path

import httpx

from tests.conftest import REPOSITORY
from tests.windvane.api.serve_process import run_serve
from windvane.api.openapi.__main__ import write_openapi

COPY = REPOSITORY / "docs" / "openapi.json"
RENEW = "docs/openapi.json is not the contract that is served: run `make openapi`"


def test_committed_contract_is_the_one_served_by_default() -> None:
    with run_serve() as server:
        live = httpx.get(f"{server.url}/openapi.json").json()

    assert json.loads(COPY.read_text(encoding="utf-8")) == live, RENEW


def test_committed_contract_is_written_as_make_openapi_writes_it(tmp_path: Path) -> None:
    written = tmp_path / "openapi.json"

    write_openapi(written)

    assert written.read_bytes() == COPY.read_bytes(), RENEW
