"""Size of an item as DynamoDB counts it.

The rules of
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
"""

from collections.abc import Mapping
from math import ceil
from typing import Any

MAP_BYTES = 3
ENTRY_BYTES = 1
WRITE_UNIT_BYTES = 1024


def measure_item(item: Mapping[str, Any]) -> int:
    """Measure an item in DynamoDB's JSON, in bytes.

    Raises:
        ValueError: An attribute has a type that Windvane does not write.
    """
    return sum(len(name.encode()) + _measure_value(value) for name, value in item.items())


def count_write_units(item_bytes: float) -> int:
    """Count write units of an item: one for each KB or part of it."""
    return ceil(item_bytes / WRITE_UNIT_BYTES)


def _measure_value(value: Mapping[str, Any]) -> int:
    [(kind, content)] = value.items()
    if kind == "S":
        return len(content.encode())
    if kind == "N":
        digits = content.lstrip("-").split("E")[0].replace(".", "").strip("0")
        return ceil(len(digits) / 2) + 1
    if kind == "M":
        return MAP_BYTES + ENTRY_BYTES * len(content) + measure_item(content)
    raise ValueError(f"The size of an attribute of type {kind} is not known.")
