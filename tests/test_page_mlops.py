"""The commands of docs/mlops.md, run as printed: from the log of a running server to a release.

The model is a tiny one that knows thirty texts. `make` is asked what it would run: a rehearsal
takes minutes, and a deployment an account.
"""

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

from infra.model_bundle import read_model_bundle
from tests.conftest import REPOSITORY
from tests.model_export.tiny_checkpoints import write_tiny_checkpoint
from tests.page_requests import send_curl
from tests.pages import BLOCKS, PAGES
from tests.rehearsal.__main__ import find_bundle_fault
from tests.windvane.api.serve_process import ServeProcess, run_serve
from tests.windvane.training.labelled_sets import build_easy_set
from windvane.cli.main import windvane
from windvane.inference.manifest import read_manifest

PAGE = "docs/mlops.md"
MLOPS_BLOCKS = [block for block in BLOCKS if block.page == PAGE and block.language == "bash"]
LINES = [line for block in MLOPS_BLOCKS for line in block.lines]
SERVE = "WINDVANE_STORE_TEXT=full .venv/bin/windvane serve "
WINDVANE = ".venv/bin/windvane "

pytestmark = pytest.mark.filterwarnings("default")  # as for a user


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: a checkpoint, its bundle, labelled files and the gate of the page."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("WINDVANE_RESULT_LOG_URI", f"sqlite:///{tmp_path / 'results.db'}")
    monkeypatch.chdir(tmp_path)
    write_tiny_checkpoint("bert", tmp_path / "checkpoint")
    run("export checkpoint -o bundle --scheme fp32")
    for name in ("reviews", "test"):
        labelled = build_easy_set()
        rows = zip(labelled.texts, labelled.labels, strict=True)
        lines = [f'"{text} ({name})",{label}' for text, label in rows]
        Path(f"{name}.csv").write_text("\n".join(["text,label", *lines]), encoding="utf-8")
    [gate] = re.findall(r"```toml\n(.*?)```", PAGES[PAGE], re.DOTALL)
    Path("gate.toml").write_text(gate, encoding="utf-8")
    return tmp_path


@pytest.fixture
def server(folder: Path) -> Iterator[ServeProcess]:
    """The server of the page's first command."""
    [line] = [line for line in LINES if line.strip().startswith(SERVE)]
    settings = {
        "WINDVANE_STORE_TEXT": "full",
        "WINDVANE_RESULT_LOG_URI": f"sqlite:///{folder / 'results.db'}",
    }
    arguments = shlex.split(line.strip().removeprefix(SERVE))
    with run_serve(*arguments, environ=settings, folder=folder) as process:
        yield process


def test_page_leads_from_a_correction_to_a_bundle_that_can_be_released(
    folder: Path, server: ServeProcess
) -> None:
    result_id = ""
    outputs: dict[str, str] = {}
    for line in map(str.strip, LINES):
        if line.startswith("curl "):
            [result_id] = [send_curl(line, server.url).json()["result_id"]]
            correct_others(server.url)
        elif line.startswith(WINDVANE):
            words = line.removeprefix(WINDVANE).replace("RESULT_ID", result_id)
            outputs[words.partition(" -")[0]] = run(words).stdout

    shown = outputs["retrain test.csv"]
    assert "The challenger keeps all 4 limits of gate.toml." in shown
    manifest = read_manifest(folder / "retrained" / "bundle")
    assert manifest.lineage
    assert manifest.lineage.parent == read_manifest(folder / "bundle").version
    corrections = [each for each in manifest.lineage.data if "corrections" in each.role]
    assert sum(each.texts for each in corrections) == 31
    assert manifest.lineage.parent in outputs["models show retrained/bundle"]
    assert "same label" in outputs["models compare bundle retrained/bundle"]
    assert (folder / "gate.html").exists()
    assert find_bundle_fault("dev", folder / "retrained" / "bundle") is None
    assert read_model_bundle(folder / "retrained" / "bundle").version == manifest.version


def test_page_rehearses_and_deploys_the_retrained_bundle() -> None:
    calls = [line.strip() for line in LINES if line.strip().startswith("make ")]

    planned = "\n".join(plan(call) for call in calls)

    assert "tests.rehearsal 'dev'  --bundle 'retrained/bundle'" in planned
    assert "bundle=retrained/bundle" in planned
    assert len(calls) == 2


def correct_others(url: str) -> None:
    """Correct thirty more answers, as the page or another client does."""
    easy = build_easy_set()
    for text, label in zip(easy.texts, easy.labels, strict=True):
        answer = httpx.post(f"{url}/sentiment", json={"text": text}).json()
        feedback = f"{url}/v1/results/{answer['result_id']}/feedback"
        httpx.post(feedback, json={"label": label}).raise_for_status()


def run(command: str) -> Result:
    result = CliRunner().invoke(windvane, shlex.split(command))

    assert result.exit_code == 0, result.output
    return result


def plan(call: str) -> str:
    """Return what make would run."""
    make, *arguments = shlex.split(call)
    done = subprocess.run(
        [str(shutil.which(make)), "--dry-run", *arguments],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout
