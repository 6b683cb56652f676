"""The README's way to a model of one's own, run as printed on thirty texts."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.windvane.training.labelled_sets import build_easy_set
from windvane.facts import DEFAULT_BUNDLE
from windvane.inference.bundle_files import sha256_of

DEFAULT_CHECKPOINT = DEFAULT_BUNDLE.parent / "checkpoint"
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
_SECTION = README.partition("## Your own model\n")[2]
_BLOCK = re.search(r"```bash\n(.+?)```", _SECTION, re.DOTALL)
COMMANDS = re.findall(r"^\.venv/bin/windvane (.+)$", _BLOCK[1], re.MULTILINE) if _BLOCK else []
_IMPROVE = re.search(r"^\.venv/bin/windvane (train .*--base models/.+)$", _SECTION, re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the person stands: with three labelled files, and the models that come along."""
    for name in ("reviews", "dev", "test", "mine"):
        labelled = build_easy_set()
        rows = zip(labelled.texts, labelled.labels, strict=True)
        lines = [f'"{text} ({name})",{label}' for text, label in rows]
        (tmp_path / f"{name}.csv").write_text("\n".join(["text,label", *lines]), encoding="utf-8")
    (tmp_path / "models").symlink_to(REPOSITORY / "models")
    return tmp_path


def test_readme_way_to_a_model_of_ones_own_runs_as_printed(folder: Path) -> None:
    shown = [command for command in COMMANDS if not command.startswith("serve")]

    for command in shown:
        _run(command, folder)

    assert [command.split()[0] for command in shown] == ["data", "train", "export", "evaluate"]
    assert (folder / "bundle" / "model.onnx").exists()
    assert "<svg" in (folder / "report.html").read_text(encoding="utf-8")


def test_readme_way_to_improve_the_default_starts_from_it(folder: Path) -> None:
    assert _IMPROVE

    _run(_IMPROVE[1], folder)

    record = json.loads((folder / "mine" / "training.json").read_text(encoding="utf-8"))
    assert record["base"]["sha256"] == sha256_of(DEFAULT_CHECKPOINT / "model.safetensors")


def _run(command: str, folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "windvane.cli.main", *shlex.split(command)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "XDG_CACHE_HOME": str(folder)},
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
