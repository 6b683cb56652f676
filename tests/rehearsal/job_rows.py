"""Rows of all kinds for a bulk job, and what must become of each."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator

TEXTS = (
    "I love it",
    "This is dreadful.",
    "The meeting is at noon.",
    "Großartig, danke! 👍🏽",
    "最悪の体験でした",
    'Two lines,\nand a "quote"; a\ttab',
    "  room to spare  ",
    "good " * 30,
)
BROKEN = ("", "   ", None, 4711, ["I love it"])
"""Values that are no text."""
CYCLE, FIRST = 40, 20
"""One row in so many is broken in each way, from this one on."""
NO_JSON = '{"id": '
MARGIN = "note"


def write_rows(count: int, row_bytes: int) -> bytes:
    """Write rows as JSON Lines.

    Args:
        count: How many.
        row_bytes: About how long each is, for parts of a usual size with few rows.
    """
    return b"".join(_write_row(number, row_bytes) for number in range(count))


def is_broken(number: int) -> bool:
    """Whether the row of a number, from 0, must be rejected."""
    return 0 <= number % CYCLE - FIRST < len(BROKEN) + 2


def list_broken(count: int) -> list[int]:
    """List the lines, from 1, that must be rejected."""
    return [number + 1 for number in range(count) if is_broken(number)]


def expect_labels(count: int, labels: dict[str, str]) -> Counter[str]:
    """Count the labels that the rows must get.

    Args:
        count: How many rows there are.
        labels: Label by text.
    """
    return Counter(labels[text_of(number)] for number in range(count) if not is_broken(number))


def text_of(number: int) -> str:
    """Return the text of a row that is not broken."""
    return TEXTS[number % len(TEXTS)]


def find_faults(results: Iterable[bytes], labels: dict[str, str], count: int) -> Iterator[str]:
    """Compare result rows with what must become of the rows, in order.

    Args:
        results: Lines of the results.
        labels: Label by text.
        count: How many rows there were.
    """
    seen = 0
    for number, line in enumerate(results):
        result = json.loads(line)
        seen += 1
        if is_broken(number) != ("error" in result):
            yield f"row {number}: {result}"
        elif not is_broken(number):
            expected = (number, labels[text_of(number)])
            if (result["id"], result["label"]) != expected:
                yield f"row {number}: {result}, not {expected}"
    if seen != count:
        yield f"{seen} rows, not {count}"


def _write_row(number: int, row_bytes: int) -> bytes:
    kind = number % CYCLE - FIRST
    row = {"id": number, "text": text_of(number), MARGIN: "-" * row_bytes}
    if 0 <= kind < len(BROKEN):
        row["text"] = BROKEN[kind]
    if kind == len(BROKEN):
        del row["text"]
    line = NO_JSON if kind == len(BROKEN) + 1 else json.dumps(row, ensure_ascii=number % 2 == 0)
    return line.encode() + b"\n"
