"""Tables of the pages are compared with the code and the results they are taken from."""

import json
import re
from dataclasses import fields

import pytest

from infra.gateway_problems import GATEWAY_PROBLEMS
from model_export.schemes import SCHEMES
from tests.conftest import REPOSITORY
from tests.pages import PAGES
from windvane.api.problems import PROBLEMS
from windvane.cli.main import COMMANDS
from windvane.facts import MAX_BODY_BYTES
from windvane.settings import IGNORED_NAMES, PREFIX, Settings, load_settings

API = PAGES["docs/api.md"]
ERROR_TABLE_PAGES = sorted(page for page, text in PAGES.items() if "| `urn:windvane:" in text)
ROUTES_OUTSIDE_OPENAPI = {("get", "/console/{}"), ("get", "/metrics")}  # a file, local only
OPENAPI = json.loads((REPOSITORY / "docs" / "openapi.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", ERROR_TABLE_PAGES)
def test_error_table_is_the_codes(page: str) -> None:
    shown = re.findall(r"^\| (\d{3}) \| `(urn:\S+)` \|", PAGES[page], re.MULTILINE)
    ours = {(str(kind.status), kind.type) for kind in PROBLEMS.values()}
    gateway = {problem.type: problem.status for problem in GATEWAY_PROBLEMS}

    assert ours <= set(shown)
    assert {kind for _, kind in shown} == {kind for _, kind in ours} | gateway.keys()
    assert all(gateway[kind] in {None, int(status)} for status, kind in shown if kind in gateway)


def test_api_page_has_the_error_table() -> None:
    assert "docs/api.md" in ERROR_TABLE_PAGES


def test_settings_are_the_codes() -> None:
    page = PAGES["docs/configuration.md"]
    shown = dict(re.findall(r"^\| `(WINDVANE_\w+)` \| (.*?) \|", page, re.MULTILINE))
    defaults = load_settings({})

    assert set(shown) == _variables()
    assert shown["WINDVANE_MAX_TEXT_CHARS"] == str(defaults.max_text_chars)
    assert shown["WINDVANE_MAX_BATCH_TEXTS"] == str(defaults.max_batch_texts)
    assert shown["WINDVANE_MAX_WAITING_REQUESTS"] == str(defaults.max_waiting_requests)
    assert shown["WINDVANE_MAX_BATCH_CHARS"] == str(defaults.max_batch_chars)
    assert shown["WINDVANE_RESULT_LOG_URI"] == f"`{defaults.result_log_uri}`"
    assert shown["WINDVANE_STORE_TEXT"] == f"`{defaults.store_text}`"
    assert shown["WINDVANE_RETENTION_DAYS"] == str(defaults.retention_days)


def test_no_page_names_a_setting_that_is_not_the_codes() -> None:
    named = {name for text in PAGES.values() for name in re.findall(r"WINDVANE_\w+", text)}

    assert named
    assert named <= _variables()


def _variables() -> set[str]:
    settings = {field.name.upper() for field in fields(Settings)}
    return {PREFIX + name for name in settings | IGNORED_NAMES}


def test_limits_are_the_defaults() -> None:
    defaults = load_settings({})

    assert f"({MAX_BODY_BYTES:,} bytes)" in API
    assert f"| text | {defaults.max_text_chars:,} characters |" in API
    assert f"| texts in a request | {defaults.max_batch_texts} |" in API
    assert f"| characters of all texts in a request | {defaults.max_batch_chars:,} |" in API


def test_routes_are_those_of_the_openapi_document() -> None:
    shown = re.findall(r"^\| `(GET|POST|DELETE) (/\S*)` \|", API, re.MULTILINE)
    described = {
        (method, path)
        for path, operations in OPENAPI["paths"].items()
        for method in operations
        if method in {"get", "post", "delete"}
    }

    table = {(method.lower(), re.sub(r"\{\w+\}", "{}", path)) for method, path in shown}
    documented = {(method, re.sub(r"\{\w+\}", "{}", path)) for method, path in described}
    assert table - documented - ROUTES_OUTSIDE_OPENAPI == set()
    assert documented <= table


def test_schemes_are_the_codes() -> None:
    page = PAGES["docs/own-model.md"]
    shown = re.findall(r"^\| \**`([a-z0-9-]+)`\** \|", page, re.MULTILINE)

    assert set(SCHEMES) <= set(shown)


def test_commands_are_the_codes() -> None:
    page = PAGES["docs/command-line.md"]
    shown = re.findall(r"^\| `windvane ([a-z]+)` \|", page, re.MULTILINE)

    assert shown == list(COMMANDS)
