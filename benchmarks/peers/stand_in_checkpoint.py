"""A checkpoint for those who have none: the shipped model's shape, random weights.

Weights decide labels, not speed, so every time, size and memory stands; agreement does not.
"""

import json
from pathlib import Path

from benchmarks.peers.windvane import SHIPPED_BUNDLE


def prepare(checkpoint: Path, folder: Path) -> None:
    """Make a BERT of all-MiniLM-L6-v2's shape with the bundle's tokenizer and labels."""
    from transformers import (
        BertConfig,
        BertForSequenceClassification,
        BertTokenizerFast,
    )

    manifest = json.loads((SHIPPED_BUNDLE / "manifest.json").read_text(encoding="utf-8"))
    id2label = {int(i): label for i, label in manifest["id2label"].items()}
    tokenizer = BertTokenizerFast(tokenizer_file=str(SHIPPED_BUNDLE / "tokenizer.json"))
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=384,
        num_hidden_layers=6,
        num_attention_heads=12,
        intermediate_size=1536,
        id2label=id2label,
        label2id={label: i for i, label in id2label.items()},
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
