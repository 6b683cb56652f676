"""How large a response may be, and how large one is."""

import json
from functools import cache
from typing import Any

import msgspec

from windvane.facts import MAX_RESPONSE_BYTES
from windvane.settings import LARGEST_BATCH_TEXTS

BODY_BUDGET_BYTES = MAX_RESPONSE_BYTES - 100_000
"""A margin for headers, and for what surrounds the results in the body."""

REFUSAL_BYTES = 130
TEXT_BYTES = 250
LABEL_BYTES = 60
"""What a text that breaks a rule takes at most, one that is classified, and each label's score, in
any of the forms in which routes write them; without the labels themselves."""


def measure_bytes(body: Any) -> int:  # noqa: ANN401 - any that msgspec encodes
    r"""Measure a body inside a function's response, which holds it as a JSON string.

    There a quote is ``\"``, and at worst all that is not ASCII is written as ``\uXXXX``.
    """
    return len(json.dumps(msgspec.json.encode(body).decode()))


@cache
def count_texts_that_fit(labels: tuple[str, ...]) -> int:
    """Count the texts whose scores fit into one response beside the most refusals that it may have.

    Args:
        labels: The model's labels.
    """
    lengths = [measure_bytes(label) for label in labels]
    text_bytes = TEXT_BYTES + max(lengths) + sum(lengths) + LABEL_BYTES * len(labels)
    return (BODY_BUDGET_BYTES - REFUSAL_BYTES * LARGEST_BATCH_TEXTS) // text_bytes
