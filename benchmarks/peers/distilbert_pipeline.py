"""The ``transformers`` pipeline on a model of DistilBERT's shape, the tutorials' default.

The weights are random, which does not change the speed.
"""

from pathlib import Path

from benchmarks.peers.transformers_pipeline import build

__all__ = ["build", "prepare"]


def prepare(checkpoint: Path, folder: Path) -> None:
    """Make 6 layers of 768 with 12 heads, with the checkpoint's tokenizer and labels."""
    from transformers import (
        AutoConfig,
        DistilBertConfig,
        DistilBertForSequenceClassification,
        DistilBertTokenizerFast,
    )

    source = AutoConfig.from_pretrained(str(checkpoint))
    config = DistilBertConfig(
        vocab_size=source.vocab_size, id2label=source.id2label, label2id=source.label2id
    )
    DistilBertForSequenceClassification(config).save_pretrained(folder)
    tokenizer_file = str(checkpoint / "tokenizer.json")
    DistilBertTokenizerFast(tokenizer_file=tokenizer_file).save_pretrained(folder)
