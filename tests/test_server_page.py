"""What docs/server.md shows is checked by the programs that read it, where they are installed."""

import io
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from ruamel.yaml import YAML

from tests.conftest import REPOSITORY
from tests.pages import PAGES, read_blocks
from tests.windvane.aws.self_signed import write_certificate
from windvane.server.admission import Admission
from windvane.server.server_metrics import ServerMetrics
from windvane.settings import PREFIX, Settings, load_settings

TEXT = PAGES["docs/server.md"]
UNIT = REPOSITORY / "docs" / "examples" / "windvane.service"
PROGRAM = "/opt/windvane/bin/windvane"
MAX_EXPOSURE = 15  # tenths
NGINX = "events {{}}\npid {folder}/pid;\nhttp {{\naccess_log off;\n{paths}{block}}}\n"
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed")


def read_block(language: str, number: int = 0) -> str:
    blocks = [block for block in read_blocks("docs/server.md", TEXT) if block.language == language]
    return blocks[number].code


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture
def unit(tmp_path: Path) -> str:
    """The unit, with a program that is there."""
    path = tmp_path / UNIT.name
    text = UNIT.read_text(encoding="utf-8")
    path.write_text(text.replace(PROGRAM, sys.executable), encoding="utf-8")
    return str(path)


@needs("systemd-analyze")
def test_systemd_finds_no_fault_in_the_unit(unit: str) -> None:
    done = run("systemd-analyze", "verify", unit)

    assert (done.returncode, done.stderr) == (0, "")


@needs("systemd-analyze")
def test_unit_is_exposed_as_little_as_the_page_says(unit: str) -> None:
    done = run(
        "systemd-analyze", "security", "--offline=yes", "--no-pager",
        f"--threshold={MAX_EXPOSURE}", unit,
    )  # fmt: skip

    [exposure] = re.findall(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert done.returncode == 0
    if run("systemd-analyze", "--version").stdout.startswith("systemd 252 "):
        assert f"exposure at {exposure} of 10 (systemd 252)" in TEXT


def test_unit_sets_what_is_a_setting() -> None:
    text = UNIT.read_text(encoding="utf-8")

    settings = dict(re.findall(r"^Environment=(WINDVANE_\w+)=(.*)$", text, re.MULTILINE))
    assert load_settings(settings).result_log_uri == "sqlite:////var/lib/windvane/results.db"
    assert PROGRAM in TEXT.replace("/bin/pip", "/bin/windvane")


def test_drop_in_sets_both_files_of_the_unit() -> None:
    names = re.findall(r"(WINDVANE_\w+)=%d/(\S+)", read_block("ini"))
    loaded = re.findall(r"^LoadCredential=(\S+?):", read_block("ini"), re.MULTILINE)

    assert [file for _, file in names] == loaded
    assert {name for name, _ in names} == {f"{PREFIX}TLS_CERT", f"{PREFIX}TLS_KEY"}


def test_settings_behind_a_proxy_are_those_of_its_examples() -> None:
    lines = read_block("ini", 1).split()
    settings = load_settings(dict(line.partition("=")[::2] for line in lines))
    nginx, caddy = read_block("nginx"), read_block("caddyfile")

    assert f"location /{settings.base_path}/ {{" in nginx
    assert f"handle /{settings.base_path}/* {{" in caddy
    [host] = settings.allowed_hosts
    assert f"server_name {host};" in nginx
    assert caddy.startswith(f"{host} {{")


@needs("nginx")
def test_nginx_takes_its_example(tmp_path: Path) -> None:
    pem = write_certificate(tmp_path / "both.pem")
    block = re.sub(r"/etc/windvane/\w+\.pem", str(pem), read_block("nginx"))
    paths = "".join(f"{name}_temp_path {tmp_path}/{name};\n" for name in TEMPORARY)
    config = tmp_path / "nginx.conf"
    block = block.replace("listen 443", "listen 8443")
    config.write_text(NGINX.format(folder=tmp_path, paths=paths, block=block), encoding="utf-8")

    done = run("nginx", "-t", "-q", "-e", "stderr", "-p", str(tmp_path), "-c", str(config))

    assert (done.returncode, done.stderr) == (0, "")


@needs("caddy")
def test_caddy_takes_its_example(tmp_path: Path) -> None:
    config = tmp_path / "Caddyfile"
    config.write_text(read_block("caddyfile"), encoding="utf-8")

    done = run("caddy", "adapt", "--config", str(config), "--validate")

    assert done.returncode == 0, done.stderr
    assert '"dial":"127.0.0.1:8080"' in done.stdout


def test_prometheus_example_scrapes_the_server() -> None:
    [job] = YAML(typ="safe").load(io.StringIO(read_block("yaml")))["scrape_configs"]

    assert job["static_configs"] == [{"targets": ["127.0.0.1:8080"]}]
    assert list(job["http_headers"]) == ["x-api-key"]


def test_page_lists_every_metric() -> None:
    metrics = ServerMetrics(Admission(places=1, max_waiting=1))
    response = metrics.expose({})  # type: ignore[arg-type] # the request is not read
    families = list(text_string_to_metric_families(str(response.body)))
    table = TEXT[TEXT.index("| metric |") : TEXT.index("With several workers")]
    shown = set(re.findall(r"`((?:windvane|process)_\w+)`", table))

    ours = {_to_shown_name(each.name, each.type) for each in families if "process" not in each.name}
    assert {name for name in shown if name.startswith("windvane")} == ours


def test_page_gives_the_defaults_of_the_settings() -> None:
    assert f"| `WINDVANE_WORKERS` | {Settings.workers} |" in TEXT
    assert f"| `WINDVANE_LOG_LEVEL` | `{Settings.log_level}` |" in TEXT
    assert f"| `WINDVANE_ACCESS_LOG` | `{Settings.access_log}` |" in TEXT


def _to_shown_name(name: str, kind: str) -> str:
    return f"{name}_total" if kind == "counter" else name
