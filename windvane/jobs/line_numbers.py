"""Numbers rows by the lines of their objects: a part knows the lines of its pieces alone."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from windvane.jobs.errors import JobError
from windvane.jobs.plan import Part, Piece
from windvane.jobs.storage import Storage
from windvane.jobs.summaries import PartSummary, RejectedRow

_CHUNK_BYTES = 2**20


@dataclass(frozen=True)
class CountedPart:
    """A part, and its lines.

    Attributes:
        part: The part.
        summary: Its summary; None if the part failed.
        lines: Lines of each piece, in order.
    """

    part: Part
    summary: PartSummary | None
    lines: Sequence[int]


def count_parts(
    parts: Sequence[Part], summaries: Mapping[int, PartSummary], storage: Storage
) -> Iterator[CountedPart]:
    """Give each part its lines; those of a part that failed are counted in its input.

    Args:
        parts: All parts of a job, in order.
        summaries: Those of the parts that are done, by their number.
        storage: Where the input is.
    """
    for part in parts:
        summary = summaries.get(part.number)
        lines = summary.lines if summary else [_count(piece, storage) for piece in part.pieces]
        yield CountedPart(part, summary, lines)


def number_rejects(parts: Sequence[CountedPart]) -> Iterator[RejectedRow]:
    """Return the rejected rows in order, with the lines of their objects."""
    lines: Counter[str] = Counter()
    for counted in parts:
        for row in counted.summary.rejected_rows if counted.summary else ():
            yield msgspec.structs.replace(row, line=row.line + lines[row.name])
        for piece, count in zip(counted.part.pieces, counted.lines, strict=True):
            lines[piece.name] += count


def _count(piece: Piece, storage: Storage) -> int:
    """Count the line feeds of a piece; of what cannot be read any more there are none."""
    lines = 0
    try:
        with storage.open_object(piece.name, piece.start, piece.end, etag=piece.etag) as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                lines += chunk.count(b"\n")
    except JobError:
        return lines
    return lines
