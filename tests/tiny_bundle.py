"""A bundle made by hand: a few words, known logits, less than a kilobyte of graph.

Any text that holds "good" is positive, any that holds "bad" negative, every other one neutral.
The logits are (0, 8, 0) for neutral, and 16 for the label that a word chose. A text is read in
windows of 16 tokens, and the batch axis is fixed to 1, so running texts together would fail.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from windvane.inference.bundle_files import MODEL_FILE, TOKENIZER_FILE, FileRecord, sha256_of
from windvane.inference.bundle_version import contents_version
from windvane.inference.manifest import Manifest, write_manifest

LABELS = {0: "negative", 1: "neutral", 2: "positive"}
VOCABULARY = {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "good": 3, "bad": 4}
MAX_TOKENS = 16
LOGIT = 8.0


def write_tiny_bundle(folder: Path, *, temperature: float = 1.0) -> Path:
    """Write the bundle into ``folder``, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_tokenizer(folder / TOKENIZER_FILE)
    onnx.save(build_graph(), folder / MODEL_FILE)
    files = {
        name: FileRecord(sha256_of(folder / name), (folder / name).stat().st_size)
        for name in (MODEL_FILE, TOKENIZER_FILE)
    }
    manifest = Manifest(
        name="tiny",
        version=contents_version(files, LABELS, temperature),
        id2label=LABELS,
        max_tokens=MAX_TOKENS,
        quantization="fp32",
        files=files,
        temperature=temperature,
    )
    write_manifest(folder, manifest)
    return folder


def build_graph() -> onnx.ModelProto:
    """Look each token up and add the rows; neutral wins unless a word says otherwise."""
    table = np.zeros((len(VOCABULARY), 3), np.float32)
    table[VOCABULARY["bad"]] = [2 * LOGIT, 0, 0]
    table[VOCABULARY["good"]] = [0, 0, 2 * LOGIT]
    constants = {
        "table": table,
        "axis": np.array([1]),
        "neutral": np.array([[0, LOGIT, 0]], np.float32),
    }
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["rows"]),
        helper.make_node("ReduceMax", ["rows", "axis"], ["words"], keepdims=0),
        helper.make_node("Add", ["words", "neutral"], ["logits"]),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "seq_len"])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, 3])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)


def _write_tokenizer(path: Path) -> None:
    tokenizer = Tokenizer(models.WordLevel(VOCABULARY, unk_token="[UNK]"))  # noqa: S106 - no secret
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        special_tokens=[("[CLS]", VOCABULARY["[CLS]"]), ("[SEP]", VOCABULARY["[SEP]"])],
    )
    tokenizer.save(str(path))
