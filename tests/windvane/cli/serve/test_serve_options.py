"""``windvane serve`` with the options of a server behind a proxy, as a process of its own."""

import json
import re
from pathlib import Path

import click
import httpx
import pytest

from tests.conftest import REPOSITORY
from tests.windvane.api.serve_process import run_serve
from windvane.cli.serve.command import serve
from windvane.settings import PREFIX, Settings

PAGE = (REPOSITORY / "docs" / "server.md").read_text(encoding="utf-8")
ENVIRONMENT = """\
# What the unit reads
WINDVANE_ACCESS_LOG=json
WINDVANE_BASE_PATH=other
HOST=localhost
"""


def test_options_win_over_the_environment_file(tiny_bundle: Path, tmp_path: Path) -> None:
    file = tmp_path / "windvane.env"
    file.write_text(ENVIRONMENT, encoding="utf-8")
    options = ("--env-file", str(file), "--root-path", "/ml/", "--forwarded-allow-ips", "127.0.0.1")

    with run_serve("--bundle", str(tiny_bundle), *options) as server:
        forwarded = {"x-forwarded-for": "text, 192.0.2.7", "x-forwarded-proto": "https"}
        below = httpx.get(f"{server.url}/ml/health", headers=forwarded)
        elsewhere = httpx.get(f"{server.url}/other/health")
        server.process.terminate()
        printed, _ = server.process.communicate(timeout=20)

    first, second = (json.loads(line) for line in printed.splitlines() if line.startswith("{"))
    assert (below.status_code, elsewhere.status_code) == (200, 404)
    assert (first["path"], first["address"], first["worker"]) == ("/health", "192.0.2.7", None)
    assert (second["path"], second["address"]) == ("other", "127.0.0.1")


def test_nobody_is_believed_about_addresses_unless_allowed(tiny_bundle: Path) -> None:
    with run_serve("--bundle", str(tiny_bundle), "--access-log", "json") as server:
        httpx.get(f"{server.url}/health", headers={"x-forwarded-for": "192.0.2.7"})
        server.process.terminate()
        printed, _ = server.process.communicate(timeout=20)

    assert json.loads(printed.splitlines()[0])["address"] == "127.0.0.1"


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--workers", "0"], "--workers"),
        (["--workers", "65"], "--workers"),
        (["--log-level", "loud"], "--log-level"),
        (["--access-log", "xml"], "--access-log"),
    ],
)
def test_serve_refuses_what_an_option_does_not_allow(options: list[str], named: str) -> None:
    with pytest.raises(click.BadParameter) as caught:
        serve.make_context("serve", options)

    assert named in caught.value.format_message()


def test_page_lists_every_option_and_its_variable() -> None:
    shown = {
        option: variables
        for options, variables in re.findall(r"^\| (`--.+?) \| (.*?) \|", PAGE, re.MULTILINE)
        for option in re.findall(r"--[\w-]+", options)
    }
    options = [param for param in serve.params if isinstance(param, click.Option)]
    fields = Settings.__dataclass_fields__

    assert set(shown) == {option for param in options for option in param.opts}
    for param in options:
        variable = f"{PREFIX}{param.name.upper()}"
        if param.name in fields:
            assert f"`{variable}`" in shown[param.opts[0]]
            assert variable in (param.help or "")
