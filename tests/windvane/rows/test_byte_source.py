"""The bytes of files and pipes."""

import gzip
import io
import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.windvane.rows.file_cases import NamedFile
from windvane.rows.byte_source import SAMPLE_BYTES, ByteSource, buffer_chunks
from windvane.rows.errors import InputFileError


def test_source_counts_the_bytes_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "texts.txt"
    file.write_bytes(b"one\ntwo\n")

    with file.open("rb") as stream:
        source = ByteSource(stream)
        content = b"".join(source)

    assert (content, source.sample, source.bytes_read, source.total_bytes) == (
        b"one\ntwo\n",
        b"one\ntwo\n",
        8,
        8,
    )


def test_packed_file_is_counted_as_it_is_stored(tmp_path: Path) -> None:
    file = tmp_path / "texts.txt.gz"
    file.write_bytes(gzip.compress(b"one\n" * 10_000))

    with file.open("rb") as stream:
        source = ByteSource(stream)
        content = b"".join(source)

    assert content == b"one\n" * 10_000
    assert source.bytes_read == source.total_bytes == file.stat().st_size


def test_sample_of_a_file_has_its_size_whatever_the_lines(tmp_path: Path) -> None:
    file = tmp_path / "texts.txt"
    file.write_bytes(b"\n" * 2 * SAMPLE_BYTES)

    with file.open("rb") as stream:
        source = ByteSource(stream)

    assert len(source.sample) == SAMPLE_BYTES
    assert not source.is_whole_sample


def test_pipe_is_not_waited_for_longer_than_for_the_lines_of_a_batch() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as stream, os.fdopen(writing, "wb", buffering=0) as sink:
        sink.write(b"one\n" * 256)

        source = ByteSource(stream)
        lines = buffer_chunks(source)

        assert source.sample == b"one\n" * 256
        assert lines.readline() == b"one\n"


@pytest.mark.parametrize(
    "damage",
    [
        lambda packed: packed[:-9],
        lambda packed: packed[:20],
        lambda packed: packed[:40] + b"\xff" * 9 + packed[49:],
        lambda packed: packed + b"something else",
    ],
    ids=["cut off", "cut short", "changed", "followed"],
)
def test_damaged_gzip_is_refused_in_one_sentence(damage: object) -> None:
    packed = gzip.compress(bytes(range(256)) * 9)

    with pytest.raises(InputFileError, match=r"a\.gz is damaged or cut off: gzip cannot unpack"):
        b"".join(ByteSource(NamedFile(damage(packed), "a.gz")))  # type: ignore[operator]


def test_bomb_takes_no_memory() -> None:
    bomb = gzip.compress(bytes(100 * 2**20))
    tracemalloc.start()

    size = sum(map(len, ByteSource(io.BytesIO(bomb))))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert size == 100 * 2**20
    assert peak < 4 * 2**20


def test_buffer_reads_lines_across_chunks() -> None:
    def chunks() -> Iterator[bytes]:
        yield b"on"
        yield b""
        yield b"e\ntwo\nth"
        yield b"ree"

    assert list(buffer_chunks(chunks())) == [b"one\n", b"two\n", b"three"]
