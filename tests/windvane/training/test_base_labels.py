import json
from pathlib import Path

import pytest

from model_export.errors import CheckpointError
from tests.model_export.tiny_checkpoints import write_tiny_checkpoint
from windvane.training.base_labels import read_base_labels
from windvane.training.errors import BaseModelError
from windvane.training.settings import DEFAULT_BASE


def test_read_base_labels_follows_the_logits(tmp_path: Path) -> None:
    folder = write_tiny_checkpoint("bert", tmp_path)
    _edit(folder, id2label={"2": "calm", "0": "sad", "1": "angry"})

    assert read_base_labels(str(folder)) == ("sad", "angry", "calm")


@pytest.mark.parametrize(
    "change",
    [
        {"architectures": ["BertModel"]},
        {"architectures": None},
        {"id2label": {"0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2"}},
    ],
    ids=["encoder", "nothing", "no names"],
)
def test_read_base_labels_finds_none(tmp_path: Path, change: dict[str, object]) -> None:
    folder = write_tiny_checkpoint("bert", tmp_path)
    _edit(folder, **change)

    assert read_base_labels(str(folder)) == ()


def test_read_base_labels_knows_that_the_default_base_has_none() -> None:
    assert read_base_labels(DEFAULT_BASE) == ()


def test_read_base_labels_refuses_what_is_no_checkpoint(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="There is no folder"):
        read_base_labels(str(tmp_path / "none"))

    (tmp_path / "config.json").write_text("{", encoding="utf-8")
    with pytest.raises(BaseModelError, match="cannot be loaded"):
        read_base_labels(str(tmp_path))


def _edit(folder: Path, **changes: object) -> None:
    path = folder / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**config, **changes}), encoding="utf-8")
