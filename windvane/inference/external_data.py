"""Finds the files that an ONNX graph reads besides itself, without the ``onnx`` package.

The graph is a protobuf message (``onnx.proto``, whose field numbers never change). Only what leads
to a reference is parsed, which takes a millisecond.
"""

import mmap
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_KEY = b"location"
_LARGEST_SHIFT = 63
_KEY_FIELD, _VALUE_FIELD = 1, 2
_MESSAGES = {
    "Model": {7: "Graph", 20: "TrainingInfo", 25: "Function"},
    "TrainingInfo": {1: "Graph", 2: "Graph"},
    "Function": {7: "Node", 11: "Attribute"},
    "Graph": {1: "Node", 5: "Tensor", 15: "SparseTensor"},
    "Node": {5: "Attribute"},
    "Attribute": {
        5: "Tensor", 6: "Graph", 10: "Tensor", 11: "Graph", 22: "SparseTensor", 23: "SparseTensor",
    },
    "SparseTensor": {1: "Tensor", 2: "Tensor"},
    "Tensor": {13: "Entry"},
}  # fmt: skip
"""Messages that can hold a tensor, by the number of their field."""


class _Field(NamedTuple):
    """A field with a length: its number, and where its content starts and ends."""

    number: int
    start: int
    end: int


def find_locations(graph: Path) -> set[bytes]:
    """Find the names of the files that hold weights of a graph.

    Raises:
        ValueError: The graph is not a protobuf message.
    """
    if not graph.stat().st_size:
        return set()
    with (
        graph.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        try:
            return set(_walk(content))
        except IndexError as error:
            raise ValueError("the graph is cut short") from error


def _walk(content: mmap.mmap) -> Iterator[bytes]:
    pending = [("Model", 0, len(content))]
    while pending:
        message, start, end = pending.pop()
        if message == "Entry":
            yield from _read_location(content, start, end)
            continue
        children = _MESSAGES[message]
        pending += [
            (children[field.number], field.start, field.end)
            for field in _read_fields(content, start, end)
            if field.number in children and content.find(_KEY, field.start, field.end) >= 0
        ]


def _read_location(content: mmap.mmap, start: int, end: int) -> Iterator[bytes]:
    """Yield the value of an entry whose key is ``location``; the last of each counts."""
    fields = {
        field.number: content[field.start : field.end]
        for field in _read_fields(content, start, end)
    }
    if fields.get(_KEY_FIELD) == _KEY:
        yield fields.get(_VALUE_FIELD, b"")


def _read_fields(content: mmap.mmap, at: int, end: int) -> Iterator[_Field]:
    """Yield the fields with a length, and pass over the others."""
    while at < end:
        tag, at = _read_varint(content, at)
        match tag & 7:
            case 2:
                length, at = _read_varint(content, at)
                yield _Field(tag >> 3, at, at + length)
                at += length
            case 0:
                _, at = _read_varint(content, at)
            case 1:
                at += 8
            case 5:
                at += 4
            case _:
                raise ValueError("the graph has a field of an unknown kind")
    if at != end:
        raise ValueError("a field of the graph ends outside its message")


def _read_varint(content: mmap.mmap, at: int) -> tuple[int, int]:
    """Return a number and where it ends."""
    byte = content[at]
    if byte < 0x80:  # noqa: PLR2004 - most are of one byte
        return byte, at + 1
    number = shift = 0
    while byte & 0x80:
        number |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if shift > _LARGEST_SHIFT:
            raise ValueError("the graph has a number that is too long")
        byte = content[at]
    return number | byte << shift, at + 1
