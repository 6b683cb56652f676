"""Cuts CSV where a row begins, in one pass.

A line feed inside quotes is no end of a row. Most CSV is quoted as RFC 4180 says, so that the
number of quotes before a line feed tells; numpy counts those of a block at once. Where a block has
a quote in another place, such as ``6" nails``, the reader of rows itself says where rows begin.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO

from windvane.jobs.csv_block import CsvBlock
from windvane.jobs.csv_columns import read_columns
from windvane.jobs.job import Job
from windvane.rows.csv_reader import read_csv_records
from windvane.rows.lines import Lines

_BLOCK_BYTES = 2**20
_LONGEST_BLOCKS = 4
"""A row of more blocks is left to the reader, which bounds it."""


class OffsetLines:
    """A stream that knows at which offset each of its lines begins.

    Attributes:
        offsets: Offset of each line, by its number less 1; the last is that of the next line.
        position: Offset behind the last byte that was read.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.position = stream.tell()
        self.offsets = [self.position]

    def readline(self, size: int, /) -> bytes:
        """Read up to the end of the line, and at most so many bytes."""
        content = self._stream.readline(size)
        self.position += len(content)
        if content.endswith(b"\n"):
            self.offsets.append(self.position)
        return content


@dataclass(frozen=True)
class CsvStart:
    """What a CSV file begins with.

    Attributes:
        columns: Names of the columns, in order.
        offset: Where the first row begins.
    """

    columns: tuple[str, ...]
    offset: int


def read_csv_start(
    stream: IO[bytes], job: Job, name: str, *, delimiter: str, has_separator_line: bool
) -> CsvStart:
    """Read the header.

    Raises:
        JobInputError: It cannot be read, or lacks a column.
    """
    offsets = OffsetLines(stream)
    lines = Lines(offsets)
    if has_separator_line:
        next(lines)
    first_row = offsets.offsets[-1]
    columns = read_columns(read_csv_records(lines, delimiter), job, name)
    return CsvStart(columns.header.fields, offsets.offsets[-1] if columns.is_in_file else first_row)


@dataclass
class CsvCutter:
    """Finds the row boundary at or behind each target.

    Attributes:
        stream: The file, which can be sought in.
        delimiter: Character between the fields.
        targets: Offsets in ascending order.
        block_bytes: How much is looked at at once.
        cuts: Offsets where a row begins, one for each target that is not behind the last row.
    """

    stream: IO[bytes]
    delimiter: str
    targets: deque[int]
    block_bytes: int = _BLOCK_BYTES
    cuts: list[int] = field(default_factory=list)

    def run(self, start: int) -> list[int]:
        """Read from the start of a row until all targets have their cut, or the file ends."""
        at, content = start, b""
        self.stream.seek(at)
        while self.targets:
            chunk = self.stream.read(self.block_bytes)
            content += chunk
            if not content:
                break
            block = CsvBlock(content)
            end = block.find_last_end()
            is_too_long = not chunk or len(content) > _LONGEST_BLOCKS * self.block_bytes
            if not block.is_regular(end, self.delimiter) or (not end and is_too_long):
                at, content = self._read_rows(at, at + len(content)), b""
                self.stream.seek(at)
                continue
            while self.targets and self.targets[0] <= at + end:
                self._take(at + block.find_end(self.targets[0] - at))
            at, content = at + end, content[end:]
        return self.cuts

    def _read_rows(self, start: int, end: int) -> int:
        """Let the reader of rows say where they begin, up to the first at or behind ``end``.

        Returns:
            Where that one begins, or the end of the file.
        """
        self.stream.seek(start)
        offsets = OffsetLines(self.stream)
        for record in read_csv_records(Lines(offsets), self.delimiter):
            begins = offsets.offsets[record.line - 1]
            if self.targets and self.targets[0] <= begins:
                self._take(begins)
            if begins >= end:
                return begins
        return offsets.position

    def _take(self, cut: int) -> None:
        self.cuts.append(cut)
        while self.targets and self.targets[0] <= cut:
            self.targets.popleft()


def cut_csv(stream: IO[bytes], delimiter: str, targets: Sequence[int], start: int) -> list[int]:
    """Return the row boundary at or behind each target.

    Args:
        stream: The file, which can be sought in.
        delimiter: Character between the fields.
        targets: Offsets in ascending order.
        start: Where the first row begins.
    """
    return CsvCutter(stream, delimiter, deque(targets)).run(start)
