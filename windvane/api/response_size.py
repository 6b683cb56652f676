"""How large a response may be, and how large one is."""

import json
from typing import Any

import msgspec

from windvane.facts import MAX_RESPONSE_BYTES

BODY_BUDGET_BYTES = MAX_RESPONSE_BYTES - 100_000
"""A margin for headers, and for what surrounds the results in the body."""


def measure_bytes(body: Any) -> int:  # noqa: ANN401 - any that msgspec encodes
    r"""Measure a body inside a function's response, which holds it as a JSON string.

    There a quote is ``\"``, and at worst all that is not ASCII is written as ``\uXXXX``.
    """
    return len(json.dumps(msgspec.json.encode(body).decode()))
