"""Identity terms (names, countries, religions and so on), which must not affect the label."""

import tomllib
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parents[2] / "evaluation" / "bias" / "terms.toml"


@cache
def read_identity_terms() -> dict[str, tuple[str, ...]]:
    """Read the terms of each form, such as ``country`` or ``person``, without duplicates."""
    content = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    terms: dict[str, dict[str, None]] = {}
    for groups in content.values():
        for forms in groups.values():
            for form, words in forms.items():
                terms.setdefault(form, {}).update(dict.fromkeys(words))
    return {form: tuple(words) for form, words in terms.items()}
