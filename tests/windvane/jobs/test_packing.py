"""Packing pieces of objects into parts."""

import msgspec
import pytest

from windvane.jobs.errors import JobInputError
from windvane.jobs.packing import pack_pieces
from windvane.jobs.plan import MAX_PARTS, MAX_PIECES, Piece

STEP_FUNCTIONS_BYTES = 256 * 1024


def make_piece(name: str) -> tuple[Piece, float]:
    return Piece(name, 0, 1, "e" * 34), 1.0


@pytest.mark.parametrize("letter", ["k", "é", "海", "😀"], ids=["1", "2", "3", "4"])  # bytes
def test_pack_pieces_keeps_the_longest_names_under_the_size_of_an_item(letter: str) -> None:
    key = letter * (1024 // len(letter.encode()))
    pieces = [make_piece(f"s3://bucket/{key}") for _ in range(2 * MAX_PIECES)]

    parts = pack_pieces(pieces, 10**9)

    assert max(len(msgspec.json.encode(part)) for part in parts) < STEP_FUNCTIONS_BYTES
    assert [piece for part in parts for piece in part.pieces] == [piece for piece, _ in pieces]


def test_pack_pieces_refuses_more_parts_than_a_job_has() -> None:
    pieces = (make_piece("s3://bucket/key") for _ in range(MAX_PARTS + 1))

    with pytest.raises(JobInputError, match="split it into several jobs"):
        pack_pieces(pieces, 1)
