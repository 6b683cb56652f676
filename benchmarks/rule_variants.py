"""Tokenizers of a bundle with some of the rules of the normalization, and its model for all."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from model_export.normalizations import AFTER, BEFORE
from model_export.text_normalization import normalize_tokenizer
from windvane.inference.bundle import Bundle
from windvane.inference.bundle_files import TOKENIZER_FILE
from windvane.inference.classifier import Classifier
from windvane.inference.text_encoder import TextEncoder

NO_RULE = "no rule"
RULES = (*BEFORE, *AFTER)
VARIANTS: dict[str, tuple[str, ...]] = {
    NO_RULE: (),
    **{rule: (rule,) for rule in RULES},
    "all": RULES,
}


@dataclass
class CachedModel:
    """Runs the model once on each distinct sequence of tokens."""

    classifier: Classifier
    logits: dict[tuple[int, ...], NDArray[np.float32]] = field(default_factory=dict)

    def predict(self, encoder: TextEncoder, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return logits of shape (texts, num_labels)."""
        return np.array([self._predict(encoder, text) for text in texts])

    def _predict(self, encoder: TextEncoder, text: str) -> NDArray[np.float32]:
        encoded = encoder.encode(text)
        key = tuple(token for window in encoded.windows for token in window.input_ids)
        if key not in self.logits:
            [prediction] = self.classifier.classify_encoded([encoded])
            self.logits[key] = np.array(prediction.logits, np.float32)
        return self.logits[key]


def write_variants(bundle: Bundle, folder: Path) -> dict[str, Path]:
    """Write the bundle's tokenizer with the rules of each variant.

    Returns:
        The file by the name of the variant.
    """
    own = remove_rules(bundle.tokenizer_path.read_text(encoding="utf-8"))
    paths = {}
    for name, rules in VARIANTS.items():
        tokenizer = Tokenizer.from_str(own)
        normalize_tokenizer(tokenizer, rules)
        paths[name] = folder / f"{name}-{TOKENIZER_FILE}"
        tokenizer.save(str(paths[name]), pretty=False)
    return paths


def remove_rules(tokenizer_json: str) -> str:
    """Return the JSON of a tokenizer without the rules that an export has put around its own."""
    content = json.loads(tokenizer_json)
    with_rules = Tokenizer.from_str(tokenizer_json)
    with_rules.normalizer = None
    normalize_tokenizer(with_rules, RULES)
    rules = json.loads(with_rules.to_str())["normalizer"]["normalizers"]
    normalizer = content["normalizer"] or {}
    steps = normalizer.get("normalizers", [])
    own = [step for step in steps if step not in rules]
    if len(own) < len(steps):
        nested = {"type": "Sequence", "normalizers": own}
        content["normalizer"] = own[0] if len(own) == 1 else nested if own else None
    return json.dumps(content, ensure_ascii=False)
