"""Joins the results of all parts into one object."""

from collections.abc import Sequence
from typing import IO

from windvane.jobs.counted_stream import CountedStream
from windvane.jobs.job import OutputFormat
from windvane.jobs.result_writers import import_pyarrow
from windvane.jobs.storage import Storage

_CHUNK_BYTES = 2**20


def join_results(
    names: Sequence[str], joined: str, output_format: OutputFormat, storage: Storage
) -> None:
    """Join parts in order; memory does not grow with them.

    Args:
        names: Where the results of the parts are.
        joined: Where the joined results are written.
        output_format: Format of all of them.
        storage: Where they are.

    Raises:
        JobInputError: A part is gone.
        StorageError: S3 or the disk failed.
    """
    with storage.open_writer(joined) as stream:
        if output_format == "parquet":
            _join_parquet(names, stream, storage)
            return
        for number, name in enumerate(names):
            with storage.open_object(name) as part:
                if output_format == "csv" and number:
                    part.readline()  # the header, in which no cell has a line feed
                while chunk := part.read(_CHUNK_BYTES):
                    stream.write(chunk)


def _join_parquet(names: Sequence[str], stream: IO[bytes], storage: Storage) -> None:
    pyarrow, parquet = import_pyarrow()
    writer = None
    for name in names:
        with storage.open_object(name) as part:
            file = parquet.ParquetFile(part)
            if writer is None:
                sink = pyarrow.PythonFile(CountedStream(stream), mode="w")
                writer = parquet.ParquetWriter(sink, file.schema_arrow)
            for batch in file.iter_batches():
                writer.write_batch(batch)
    if writer is not None:
        writer.close()
