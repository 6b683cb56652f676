"""JSON arrays, read element by element."""

import json
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windvane.rows.errors import InputFileError
from windvane.rows.json_array_reader import read_json_array
from windvane.rows.row import Record, Reject, Row

TOO_LARGE = "the row holds a number that is too large or not finite"


def read(content: bytes, size: int = 7, longest_chars: int = 6000) -> list[Record]:
    chunks = [content[at : at + size] for at in range(0, len(content), size)]
    return list(read_json_array(chunks, "text", "a.json", longest_chars=longest_chars))


ELEMENTS = st.one_of(
    st.text(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.none(),
    st.lists(st.integers()),
    st.dictionaries(st.text(), st.text()).map(lambda columns: {**columns, "text": "good"}),
)


@given(st.lists(ELEMENTS), st.integers(1, 20), st.sampled_from((None, 1)), st.booleans())
def test_elements_are_numbered_wherever_the_chunks_are_cut(
    elements: list[object], size: int, indent: int | None, ascii_only: bool
) -> None:
    content = json.dumps(elements, indent=indent, ensure_ascii=ascii_only).encode("utf-8-sig")

    records = read(content, size)

    assert [record.line for record in records] == list(range(1, len(elements) + 1))
    objects = [element for element in elements if isinstance(element, dict)]
    assert [
        record.columns
        for record, element in zip(records, elements, strict=True)
        if isinstance(element, dict)
    ] == objects


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b'{"text": "good"}', "from its start on: an array begins with ["),
        (b"", "an array begins with ["),
        (b"[", "from its start on"),
        (b'["good", "bad"', "from element 2 on: the array is cut off"),
        (b'["good",', "from element 2 on: Expecting value"),
        (b'["good" "bad"]', "from element 2 on: a comma or ] is missing"),
        (b'["good"x]', "from its start on: a comma or ] is missing"),
        (b'["good"] "bad"', "something follows the array"),
        (b'["good", bad]', "from element 2 on: Expecting value"),
        (b"[" * 100_000, "the JSON is nested too deeply"),
        (b'["' + b"a" * 7000 + b'"', "it is malformed, or longer than 6,000 characters"),
    ],
    ids=lambda value: value[:20] if isinstance(value, bytes) else "",
)
def test_array_that_is_malformed_is_refused_from_there_on(content: bytes, fault: str) -> None:
    with pytest.raises(InputFileError) as refused:
        read(content)

    assert str(refused.value).startswith("a.json is not a JSON array from ")
    assert fault in str(refused.value)


def test_rows_before_the_fault_are_read() -> None:
    records = read_json_array([b'["good", "bad", oops]'], "text", "a.json")

    assert [next(records), next(records)] == [
        Row(1, "good", {"text": "good"}),
        Row(2, "bad", {"text": "bad"}),
    ]


@pytest.mark.parametrize(
    ("element", "reason"),
    [
        (b"NaN", TOO_LARGE),
        (b'{"text": "good", "n": 1e999}', TOO_LARGE),
        (b"1" * 5000, TOO_LARGE),
        (b'{"text": "good", "n": [-' + b"9" * 5000 + b"]}", TOO_LARGE),
        (b'"\\ud800"', "the row is not valid Unicode (a lone surrogate)"),
        (b'"caf\xff"', "the row is not valid Unicode (a lone surrogate)"),
        (b"null", "it is neither a text nor an object"),
    ],
)
def test_bad_element_costs_itself_alone(element: bytes, reason: str) -> None:
    records = read(b'["good", ' + element + b', "bad"]')

    assert records[1] == Reject(2, reason)
    assert [record.line for record in records if isinstance(record, Row)] == [1, 3]


def test_memory_does_not_grow_with_the_array() -> None:
    def chunks() -> Iterator[bytes]:
        yield b'["good"'
        for _ in range(40):
            yield b',"good"' * 1000
        yield b"]"

    tracemalloc.start()
    count = sum(1 for _ in read_json_array(chunks(), "text", "a.json"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 40_001
    assert peak < 500_000
