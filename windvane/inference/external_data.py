"""Finds the files that an ONNX graph reads besides itself, without the ``onnx`` package.

The graph is a protobuf message (``onnx.proto``, whose field numbers never change). Only what leads
to a reference is parsed, in 0.4 ms for the shipped model: every cold start waits for it.
"""

import mmap
from collections.abc import Iterable, Iterator
from pathlib import Path

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

_Field = tuple[int, int, int]
"""A field with a length: its number, and where its content starts and ends."""


def reads_only(graph: Path, files: Iterable[str]) -> bool:
    """Tell whether a graph reads no other files than these, whose sha256 is checked.

    Raises:
        ValueError: The graph is not a protobuf message.
    """
    return find_locations(graph) <= {name.encode() for name in files}


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
            # Most tensors have the same entry, which is parsed once.
            return {name for entry in _find_entries(content) for name in _read_location(entry)}
        except IndexError as error:
            raise ValueError("the graph is cut short") from error


def _find_entries(content: mmap.mmap) -> set[bytes]:
    """Find the entries of all tensors that may have the key ``location``."""
    entries = set()
    pending = [("Model", 0, len(content))]
    while pending:
        message, start, end = pending.pop()
        children = _MESSAGES[message]
        for number, first, last in _read_fields(content, start, end):
            if number not in children or content.find(_KEY, first, last) < 0:
                continue
            if children[number] == "Entry":
                entries.add(content[first:last])
            else:
                pending.append((children[number], first, last))
    return entries


def _read_location(entry: bytes) -> Iterator[bytes]:
    """Yield the value of an entry whose key is ``location``; the last of each counts."""
    fields = {number: entry[start:end] for number, start, end in _read_fields(entry, 0, len(entry))}
    if fields.get(_KEY_FIELD) == _KEY:
        yield fields.get(_VALUE_FIELD, b"")


def _read_fields(content: bytes | mmap.mmap, at: int, end: int) -> Iterator[_Field]:
    """Yield the fields with a length, and pass over the others."""
    while at < end:
        tag, at = content[at], at + 1
        if tag & 0x80:
            tag, at = _read_varint(content, at - 1)
        match tag & 7:
            case 2:
                length, start = content[at], at + 1
                if length & 0x80:
                    length, start = _read_varint(content, at)
                at = start + length
                yield tag >> 3, start, at
            case 0:
                while content[at] & 0x80:
                    at += 1
                at += 1
            case 1:
                at += 8
            case 5:
                at += 4
            case _:
                raise ValueError("the graph has a field of an unknown kind")
    if at != end:
        raise ValueError("a field of the graph ends outside its message")


def _read_varint(content: bytes | mmap.mmap, at: int) -> tuple[int, int]:
    """Return a number and where it ends. Callers read those of one byte, which most are."""
    number = shift = 0
    while (byte := content[at]) & 0x80:
        number |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if shift > _LARGEST_SHIFT:
            raise ValueError("the graph has a number that is too long")
    return number | byte << shift, at + 1
