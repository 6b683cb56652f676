"""Joins the results of all parts into one object."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import IO

from windvane.jobs.counted_stream import CountedStream
from windvane.jobs.job import OutputFormat
from windvane.jobs.result_writers import import_pyarrow
from windvane.jobs.storage import Storage

_CHUNK_BYTES = 2**20
_READ_AHEAD = 4
_MAX_HELD_BYTES = 2**25
"""Of a part that is read ahead."""


@dataclass(frozen=True)
class PartResults:
    """The results of a part.

    Attributes:
        name: Where they are.
        size: In bytes.
    """

    name: str
    size: int


def join_results(
    parts: Sequence[PartResults], joined: str, output_format: OutputFormat, storage: Storage
) -> None:
    """Join parts in order; memory does not grow with them.

    Args:
        parts: The results of the parts.
        joined: Where the joined results are written.
        output_format: Format of all of them.
        storage: Where they are.

    Raises:
        JobInputError: A part is gone.
        StorageError: S3 or the disk failed.
    """
    with storage.open_writer(joined) as stream:
        if output_format == "parquet":
            _join_parquet(parts, stream, storage)
            return
        for number, chunks in enumerate(_read_ahead(parts, storage)):
            # No cell of the header has a line feed.
            skips_header = output_format == "csv" and number > 0
            for chunk in chunks:
                stream.write(chunk.partition(b"\n")[2] if skips_header else chunk)
                skips_header = False


def _read_ahead(parts: Sequence[PartResults], storage: Storage) -> Iterator[Iterable[bytes]]:
    """Read small parts while those before them are written: most of the time is S3's latency."""
    with ThreadPoolExecutor(_READ_AHEAD) as executor:
        pending: deque[Future[Iterable[bytes]]] = deque()
        for part in parts:
            pending.append(executor.submit(_read_part, part, storage))
            if len(pending) == _READ_AHEAD:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()


def _read_part(part: PartResults, storage: Storage) -> Iterable[bytes]:
    chunks = _stream_part(part, storage)
    return chunks if part.size > _MAX_HELD_BYTES else list(chunks)


def _stream_part(part: PartResults, storage: Storage) -> Iterator[bytes]:
    with storage.open_object(part.name, 0, part.size) as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            yield chunk


def _join_parquet(parts: Sequence[PartResults], stream: IO[bytes], storage: Storage) -> None:
    pyarrow, parquet = import_pyarrow()
    writer = None
    for part in parts:
        with storage.open_object(part.name, 0, part.size) as stored:
            file = parquet.ParquetFile(stored)
            if writer is None:
                sink = pyarrow.PythonFile(CountedStream(stream), mode="w")
                writer = parquet.ParquetWriter(sink, file.schema_arrow)
            for batch in file.iter_batches():
                writer.write_batch(batch)
    if writer is not None:
        writer.close()
