"""Writes the results of a part as JSON Lines, CSV or Parquet."""

import io
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from windvane.jobs.counted_stream import ByteSink
from windvane.jobs.errors import JobInputError
from windvane.jobs.job import OutputFormat
from windvane.jobs.result_rows import ResultFields, ResultRow
from windvane.rows.record_writers import build_record_writer

_INTEGERS = ("tokens", "windows")
_TEXTS = ("id", "label", "language", "error")


class ResultWriter(Protocol):
    """Writes result rows."""

    def write(self, rows: Sequence[ResultRow]) -> None:
        """Write rows."""


@contextmanager
def open_results(
    stream: ByteSink, output_format: OutputFormat, fields: ResultFields
) -> Iterator[ResultWriter]:
    """Open a writer; CSV and Parquet have their header even without rows.

    Raises:
        JobInputError: The package that writes Parquet is not installed.
    """
    if output_format == "parquet":
        with _ParquetWriter(stream, fields) as parquet:
            yield parquet
        return
    yield _LineWriter(stream, output_format, fields)


class _LineWriter:
    def __init__(self, stream: ByteSink, output_format: OutputFormat, fields: ResultFields) -> None:
        self._stream = stream
        self._buffer = io.StringIO(newline="")
        self._to_fields = fields.to_object if output_format == "jsonl" else fields.to_cells
        self._write_record = build_record_writer(self._buffer, output_format, fields.columns)
        self.write(())  # the header

    def write(self, rows: Sequence[ResultRow]) -> None:
        for row in rows:
            self._write_record(self._to_fields(row))
        self._stream.write(self._buffer.getvalue().encode())
        self._buffer.seek(0)
        self._buffer.truncate()


class _ParquetWriter:
    def __init__(self, stream: ByteSink, fields: ResultFields) -> None:
        pyarrow, parquet = import_pyarrow()
        self._fields = fields
        self._schema = pyarrow.schema(
            [(column, _to_type(pyarrow, column)) for column in fields.columns]
        )
        self._table = pyarrow.Table
        self._writer = parquet.ParquetWriter(pyarrow.PythonFile(stream, mode="w"), self._schema)

    def __enter__(self) -> "_ParquetWriter":
        return self

    def __exit__(self, *_error: object) -> None:
        self._writer.close()

    def write(self, rows: Sequence[ResultRow]) -> None:
        cells = [
            {**row, "id": _to_text(row.get("id"))} if self._fields.has_id else row
            for row in self._fields.to_table(rows)
        ]
        self._writer.write_table(self._table.from_pylist(cells, schema=self._schema))


def import_pyarrow() -> tuple[Any, Any]:
    """Import ``pyarrow`` and its ``parquet``, which are not in the API's package.

    Raises:
        JobInputError: They are not installed.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except ModuleNotFoundError as error:
        raise JobInputError(
            "Parquet cannot be written here; write JSON Lines or CSV, or: "
            "pip install 'windvane[parquet]'"
        ) from error
    return pyarrow, parquet


def _to_type(pyarrow: Any, column: str) -> Any:  # noqa: ANN401 - pyarrow ships no types
    if column in _TEXTS:
        return pyarrow.string()
    return pyarrow.int32() if column in _INTEGERS else pyarrow.float64()


def _to_text(value: Any) -> str | None:  # noqa: ANN401 - whatever JSON holds
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
