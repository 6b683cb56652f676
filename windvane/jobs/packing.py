"""Packs pieces of objects into parts of about the same work."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from windvane.jobs.errors import JobInputError
from windvane.jobs.plan import MAX_PARTS, MAX_PIECES, Part, Piece

_MAX_NAME_BYTES = 200_000
"""Of all names in a part, whose JSON has to stay under Step Functions' 256 KiB."""


@dataclass
class _OpenPart:
    pieces: list[Piece] = field(default_factory=list)
    weight: float = 0.0
    name_bytes: int = 0

    def fits(self, piece: Piece, weight: float, limit: int) -> bool:
        return not self.pieces or (
            self.weight + weight <= limit
            and len(self.pieces) < MAX_PIECES
            and self.name_bytes + len(piece.name.encode()) <= _MAX_NAME_BYTES
        )

    def add(self, piece: Piece, weight: float) -> None:
        self.pieces.append(piece)
        self.weight += weight
        self.name_bytes += len(piece.name.encode())


def pack_pieces(pieces: Iterable[tuple[Piece, float]], part_bytes: int) -> list[Part]:
    """Pack pieces into parts, in order.

    Args:
        pieces: Each with the bytes that it has unpacked.
        part_bytes: Size of a part; one piece may be larger.

    Raises:
        JobInputError: There are more than `MAX_PARTS`.
    """
    parts = [Part(number, found) for number, found in enumerate(_group(pieces, part_bytes))]
    if len(parts) > MAX_PARTS:
        raise JobInputError(
            f"The input makes {len(parts):,} parts, and a job has at most {MAX_PARTS:,}; "
            "split it into several jobs."
        )
    return parts


def _group(pieces: Iterable[tuple[Piece, float]], limit: int) -> Iterator[tuple[Piece, ...]]:
    part = _OpenPart()
    for piece, weight in pieces:
        if not part.fits(piece, weight, limit):
            yield tuple(part.pieces)
            part = _OpenPart()
        part.add(piece, weight)
    if part.pieces:
        yield tuple(part.pieces)
