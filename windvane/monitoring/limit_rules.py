"""Limits by feature and figure: what may have one, and how large it may be."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec

EVERY = "every"
DISTANCES = ("psi", "js")
SHARES = ("repeats", "corrections")
SHARE = "share"

Limits = Mapping[str, Mapping[str, float]]
Limit = Annotated[float, msgspec.Meta(ge=0, le=100)]


def find_limit_fault(limits: Limits, features: Sequence[str]) -> str | None:
    """Return the rule that limits break; None if they break none.

    Args:
        limits: Limits by feature and figure.
        features: Names of the profile's features.
    """
    if not any(limits.values()):
        return "there is no limit"
    for feature, figures in limits.items():
        known = (EVERY, *features, *SHARES)
        if feature not in known:
            return f'there is no feature "{feature}"; there are: {", ".join(known)}'
        allowed = (SHARE,) if feature in SHARES else DISTANCES
        for figure in figures:
            if figure not in allowed:
                return (
                    f'there is no figure of "{feature}" "{figure}"; there are: {", ".join(allowed)}'
                )
    return None
