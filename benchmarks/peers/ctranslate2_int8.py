"""CTranslate2 on int8: its encoder and pooler, and the classification head in numpy.

The converter (4.8) supports ``BertModel`` without the classification head, a matrix of labels by
width.
"""

from collections.abc import Sequence
from pathlib import Path

import ctranslate2
import numpy as np

from benchmarks.peers.batching import BatchedPeer, BatchEncoder, copy_tokenizer, read_labels
from benchmarks.peers.protocol import Setting

ENCODER_FOLDER = "encoder"
HEAD_FILE = "head.npz"


def prepare(checkpoint: Path, folder: Path) -> None:
    """Convert the encoder to int8 and save the head as it is."""
    import torch
    from ctranslate2.converters import TransformersConverter
    from transformers import AutoModelForSequenceClassification

    folder.mkdir()
    copy_tokenizer(checkpoint, folder)
    TransformersConverter(str(checkpoint)).convert(
        str(folder / ENCODER_FOLDER), quantization="int8"
    )
    model = AutoModelForSequenceClassification.from_pretrained(str(checkpoint), dtype=torch.float32)
    head = model.classifier
    np.savez(
        folder / HEAD_FILE,
        weight=head.weight.detach().numpy(),
        bias=head.bias.detach().numpy(),
    )


def build(folder: Path, setting: Setting) -> BatchedPeer:
    """Open the encoder; workers are its ``inter_threads``, threads its ``intra_threads``."""
    encoder = ctranslate2.Encoder(
        str(folder / ENCODER_FOLDER),
        device="cpu",
        compute_type="int8",
        inter_threads=setting.workers,
        intra_threads=setting.threads,
    )
    head = np.load(folder / HEAD_FILE)
    weight, bias = head["weight"].T, head["bias"]
    tokenizer = BatchEncoder(folder)
    labels = read_labels(folder)

    def classify_batch(texts: Sequence[str]) -> list[str]:
        pooled = np.array(encoder.forward_batch(tokenizer.encode_ids(texts)).pooler_output)
        return [labels[i] for i in (pooled @ weight + bias).argmax(axis=1)]

    return BatchedPeer(classify_batch, setting)
