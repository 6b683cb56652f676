"""Reads the rows of a Parquet file, a part of a row group at a time."""

from collections.abc import Iterator
from typing import IO, Any

from windvane.rows.column_names import name_columns
from windvane.rows.csv_reader import CsvHeader, find_csv_column
from windvane.rows.errors import InputFileError
from windvane.rows.row import Record
from windvane.rows.table_cells import build_table_record

LARGEST_GROUP_BYTES = 2**30
"""A row group of a column is held whole."""
_BATCH_ROWS = 1024
_DAMAGES = (OSError, ValueError, OverflowError)
"""What pyarrow raises beside its own errors, for names and dates that Python does not have."""


def read_parquet(
    stream: IO[bytes], text_column: str, name: str
) -> tuple[CsvHeader, Iterator[Record]]:
    """Open a file; its rows are numbered from 1.

    Args:
        stream: The file, which can be sought in.
        text_column: The column that holds the text.
        name: The file's name, for messages.

    Returns:
        The columns and the rows.

    Raises:
        InputFileError: It cannot be read, or the package that reads Parquet is not installed.
    """
    file = _open(stream, name)
    names = tuple(file.schema_arrow.names)
    header = CsvHeader(names, name_columns(names))
    column = find_csv_column(header, text_column, name) or text_column
    return header, _read_rows(file, header, column, name)


def _open(stream: IO[bytes], name: str) -> Any:  # noqa: ANN401 - pyarrow ships no types
    try:
        import pyarrow
        from pyarrow import parquet
    except ModuleNotFoundError as error:
        raise InputFileError(
            f"{name} is a Parquet file; to read it: pip install 'windvane[parquet]'"
        ) from error
    try:
        file = parquet.ParquetFile(stream)
    except (pyarrow.ArrowException, *_DAMAGES) as error:
        raise InputFileError(f"{name} is not a Parquet file that can be read.") from error
    groups = range(file.metadata.num_row_groups)
    if any(file.metadata.row_group(n).total_byte_size > LARGEST_GROUP_BYTES for n in groups):
        raise InputFileError(
            f"{name} has a row group of more than {LARGEST_GROUP_BYTES // 2**20} MB, which is too "
            "much; write it with smaller ones."
        )
    return file


def _read_rows(file: Any, header: CsvHeader, text_column: str, name: str) -> Iterator[Record]:  # noqa: ANN401 - pyarrow ships no types
    import pyarrow

    number = 0
    try:
        for batch in file.iter_batches(batch_size=_BATCH_ROWS):
            for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                number += 1
                yield build_table_record(number, header.columns, cells, text_column)
    except (pyarrow.ArrowException, *_DAMAGES) as error:
        raise InputFileError(f"{name} is damaged behind row {number:,}.") from error
