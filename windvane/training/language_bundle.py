"""Adds a language test to a bundle, and measures it on texts that it was not fitted to."""

import random
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from msgspec.structs import replace
from tokenizers import Tokenizer

from model_export.new_folder import new_folder
from windvane.inference.bundle import Bundle
from windvane.inference.bundle_files import LANGUAGE_FILE, FileRecord, sha256_of
from windvane.inference.language import OTHER, LanguageTest, load_language_test, write_weights
from windvane.inference.manifest import Manifest, renew_version, write_manifest
from windvane.inference.text_encoder import TextEncoder
from windvane.training.errors import TrainingError
from windvane.training.language_texts import TextVariation
from windvane.training.language_tokens import find_telling_tokens
from windvane.training.language_weights import LanguageTexts, fit_weights

_SEED = 17
_HELD_OUT_FRACTION = 10
_FILE_MODE = 0o644


@dataclass(frozen=True)
class LanguageRates:
    """What the test finds in held-out texts, as shares of them.

    Attributes:
        texts: How many there are.
        own: Share found to be in the model's language.
        other: Share found to be in another one; the rest is undecided.
    """

    texts: int
    own: float
    other: float


def add_language_test(
    bundle: Bundle, folder: Path, language: str, own: Sequence[str], other: Sequence[str]
) -> Manifest:
    """Write a copy of a bundle that tells its language from others.

    A tenth of the texts is held out, and measured as it is. The others are varied.

    Args:
        bundle: The bundle; one that has a language test gets another.
        folder: Folder of the copy; an older bundle there is replaced.
        language: Tag of the model's language.
        own: Texts of the language.
        other: Texts of other languages.

    Returns:
        The manifest of the copy, which has a new version, and the rates under
        ``evaluation["language"]``.

    Raises:
        TrainingError: The bundle does not say how many tokens it has, or there are too few texts.
        OSError: The folder cannot be written.
    """
    size = bundle.manifest.vocabulary_size
    if size is None:
        raise TrainingError("The bundle does not say how many tokens it knows; export it again.")
    encoder = TextEncoder(bundle.tokenizer_path, max_tokens=bundle.manifest.longest_window_tokens)
    own_held_out, own_texts = _split(own)
    other_held_out, other_texts = _split(other)
    variation = TextVariation(own_texts, other_texts, _SEED)
    texts = LanguageTexts(
        *(
            [encoder.encode(variation.vary(text)).input_ids for text in kind]
            for kind in (own_texts, other_texts)
        )
    )
    tokens = find_telling_tokens(Tokenizer.from_file(str(bundle.tokenizer_path)), size)
    weights = fit_weights(texts, tokens)
    with new_folder(folder) as new:
        for name in bundle.manifest.files:
            shutil.copyfile(bundle.folder / name, new / name)
        write_weights(new / LANGUAGE_FILE, weights)
        (new / LANGUAGE_FILE).chmod(_FILE_MODE)
        test = load_language_test(new / LANGUAGE_FILE, language, size)
        rates = {
            "own": asdict(_measure(test, encoder, own_held_out)),
            "other": asdict(_measure(test, encoder, other_held_out)),
        }
        manifest = describe_language_test(bundle.manifest, new / LANGUAGE_FILE, language, rates)
        write_manifest(new, manifest)
    return manifest


def _split(texts: Sequence[str]) -> tuple[list[str], list[str]]:
    """Shuffle texts, copies left out, and hold out a tenth of them."""
    distinct = sorted(set(texts))
    random.Random(_SEED).shuffle(distinct)  # noqa: S311 - no secret
    held_out = len(distinct) // _HELD_OUT_FRACTION
    return distinct[:held_out], distinct[held_out:]


def _measure(test: LanguageTest, encoder: TextEncoder, texts: Sequence[str]) -> LanguageRates:
    found = [test.find_language(encoder.encode(text).input_ids) for text in texts]
    return LanguageRates(
        texts=len(texts),
        own=round(float(np.mean([each == test.language for each in found])), 4),
        other=round(float(np.mean([each == OTHER for each in found])), 4),
    )


def describe_language_test(
    manifest: Manifest, path: Path, language: str, rates: dict[str, Any]
) -> Manifest:
    """Add a language test to a manifest, which gets a new version.

    Args:
        manifest: Of the bundle without it.
        path: The weights.
        language: Tag of the language.
        rates: What the test finds in held-out texts.
    """
    files = {**manifest.files, LANGUAGE_FILE: FileRecord(sha256_of(path), path.stat().st_size)}
    changed = replace(
        manifest,
        files=files,
        languages=[language],
        evaluation={**manifest.evaluation, "language": rates},
    )
    return renew_version(changed)
