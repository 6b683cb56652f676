"""`training.json`: records how a checkpoint was made, so that it can be made again."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

from model_export.normalizations import DEFAULT_NORMALIZATION
from windvane.rows.labelled_set import LabelledSet
from windvane.training.base_model import BaseModel
from windvane.training.hardware import Hardware
from windvane.training.plan import TrainingPlan
from windvane.training.training_texts import TrainingTexts

RECORD_FILE = "training.json"
_TOOLS = ("numpy", "tokenizers", "torch", "transformers")


def describe_inputs(
    plan: TrainingPlan,
    base: BaseModel,
    training_texts: Sequence[TrainingTexts],
    teachers: Mapping[str, str],
) -> dict[str, Any]:
    """Describe everything that determines the result, by name and hash."""
    inputs = {
        "settings": asdict(plan.settings),
        "labels": list(plan.labels),
        "base": {"name": Path(base.name).name, "sha256": base.sha256},
        "data": [_describe_file(texts.labelled) for texts in training_texts],
        "development": [_describe_file(file) for file in plan.development],
        "teachers": dict(teachers),
    }
    if plan.normalization != DEFAULT_NORMALIZATION:
        inputs["normalization"] = plan.normalization
    if plan.corrections:
        inputs["corrections"] = [file.name for file in plan.corrections]
    return inputs


def fingerprint(inputs: Mapping[str, Any]) -> str:
    """Hash the result of `describe_inputs`."""
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()


def describe_run(
    inputs: Mapping[str, Any], hardware: Hardware, history: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Describe a run that has ended: what determined it, what it ran on, and how it went."""
    return {
        **inputs,
        "hardware": {"device": hardware.describe(), "threads": torch.get_num_threads()},
        "tools": {tool: version(tool) for tool in _TOOLS},
        "history": list(history),
    }


def read_record(folder: Path) -> dict[str, Any] | None:
    """Read the record of a checkpoint; None if it has none."""
    path = folder / RECORD_FILE
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def write_record(folder: Path, record: Mapping[str, Any]) -> None:
    """Write the record beside the weights."""
    text = json.dumps(record, indent=2, ensure_ascii=False) + "\n"
    (folder / RECORD_FILE).write_text(text, encoding="utf-8")


def _describe_file(file: LabelledSet) -> dict[str, Any]:
    return {
        "file": file.name,
        "sha256": file.sha256,
        "texts": len(file.texts),
        "labels": dict(sorted(file.count_labels().items())),
        "ignored": list(file.ignored),
        "weight": file.weight,
        "use_teachers": file.use_teachers,
    }
