"""Invented observations, drawn from distributions whose parameters drift."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from windvane.inference.reference_profile import ReferenceProfile
from windvane.monitoring.observation import Observation
from windvane.monitoring.profile_building import build_profile

LABELS = ("negative", "neutral", "positive")
MODEL = "tiny@0123456789ab"
DAY = "2026-11-22"


def draw_observations(
    count: int,
    seed: int,
    *,
    shares: Sequence[float] = (0.3, 0.3, 0.4),
    mean_tokens: float = 25,
    chars_per_token: float = 4,
    **fields: Any,
) -> list[Observation]:
    """Draw observations of different texts, with some fields set."""
    random = np.random.default_rng(seed)
    labels = random.choice(LABELS, count, p=shares)
    scores = random.beta(5, 2, count).round(6)
    tokens = 3 + random.poisson(mean_tokens, count)
    chars = (tokens * random.normal(chars_per_token, 0.3, count).clip(1)).astype(int)
    given = {
        "unknown_tokens": 0,
        "created_at": f"{DAY}T09:30:00.000Z",
        "model": MODEL,
        **fields,
    }
    columns = (labels.tolist(), scores.tolist(), tokens.tolist(), chars.tolist())
    return [
        Observation(label=label, score=score, tokens=length, chars=size, **given)
        for label, score, length, size in zip(*columns, strict=True)
    ]


def make_profile(count: int = 2000, seed: int = 1) -> ReferenceProfile:
    """Build the profile of invented observations."""
    return build_profile(draw_observations(count, seed), LABELS)
