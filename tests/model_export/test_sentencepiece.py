"""Checkpoints whose tokenizer is in SentencePiece's format only."""

import io
import warnings
from pathlib import Path
from typing import Any

import pytest

from model_export.checkpoint import load_checkpoint
from model_export.errors import CheckpointError
from model_export.export import ExportOptions, export_bundle
from model_export.progress import untracked
from tests.model_export.shipped_texts import PARITY_TEXTS
from tests.model_export.tiny_checkpoints import write_tiny_checkpoint
from windvane import load_classifier

FEW = PARITY_TEXTS[:20]
FILES = {
    "xlm-roberta": ("sentencepiece.bpe.model", {}),
    "albert": (
        "spiece.model",
        {
            **{"pad_id": 0, "unk_id": 1, "bos_id": -1, "eos_id": -1},
            "control_symbols": "[CLS],[SEP],[MASK]",
        },
    ),
    "deberta-v3": (
        "spm.model",
        {
            **{"pad_id": 0, "bos_id": 1, "eos_id": 2, "unk_id": 3, "pad_piece": "[PAD]"},
            **{"bos_piece": "[CLS]", "eos_piece": "[SEP]", "unk_piece": "[UNK]"},
        },
    ),
}


def build_model(**options: Any) -> bytes:
    """Train a SentencePiece model on the texts this project ships."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of its wrapper in C
        import sentencepiece

    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(PARITY_TEXTS),
        model_writer=model,
        minloglevel=2,
        hard_vocab_limit=False,
        **{"vocab_size": 400, **options},
    )
    return model.getvalue()


def write_checkpoint(family: str, folder: Path, content: bytes) -> Path:
    write_tiny_checkpoint(family, folder)
    (folder / "tokenizer.json").unlink()
    (folder / FILES[family][0]).write_bytes(content)
    return folder


@pytest.mark.parametrize("family", FILES)
def test_load_checkpoint_converts_its_tokenizer(tmp_path: Path, family: str) -> None:
    folder = write_checkpoint(family, tmp_path / "c", build_model(**FILES[family][1]))

    tokenizer = load_checkpoint(str(folder)).tokenizer

    assert tokenizer.is_fast
    assert tokenizer.decode(tokenizer.encode("the film"), skip_special_tokens=True) == "the film"


def test_export_of_a_converted_tokenizer_gives_the_checkpoints_scores(tmp_path: Path) -> None:
    checkpoint = load_checkpoint(
        str(write_checkpoint("xlm-roberta", tmp_path / "c", build_model()))
    )
    options = ExportOptions(parity_texts=FEW, activation_texts=FEW, scheme="fp32")

    _, report = export_bundle(checkpoint, tmp_path / "bundle", options, untracked)

    assert report.largest_gap < 1e-4
    with load_classifier(tmp_path / "bundle", threads=1) as classifier:
        assert classifier.classify(["the film"])[0].tokens > 3


def test_load_checkpoint_refuses_a_conversion_that_loses_byte_fallback(tmp_path: Path) -> None:
    content = build_model(byte_fallback=True, vocab_size=500)
    folder = write_checkpoint("xlm-roberta", tmp_path / "c", content)

    with pytest.raises(CheckpointError, match="uses byte fallback, which its conversion loses"):
        load_checkpoint(str(folder))


@pytest.mark.parametrize("content", [b"", b"\xff" * 20], ids=["empty", "no model"])
def test_load_checkpoint_says_that_its_tokenizer_is_damaged(tmp_path: Path, content: bytes) -> None:
    folder = write_checkpoint("xlm-roberta", tmp_path / "c", content)

    with pytest.raises(
        CheckpointError, match=r"sentencepiece\.bpe\.model only, .* cannot be conver"
    ):
        load_checkpoint(str(folder))
