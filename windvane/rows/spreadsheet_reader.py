"""Reads the rows of an Excel file (.xlsx), one at a time."""

import datetime
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from windvane.rows.column_names import find_column, name_columns
from windvane.rows.csv_reader import CsvHeader, find_csv_column
from windvane.rows.errors import InputFileError, NoRowsError
from windvane.rows.row import Record, Reject
from windvane.rows.table_cells import build_table_record, to_text_cell

LARGEST_UNPACKED_BYTES = 2**29
"""Texts that stand in several cells are stored in one list, which is held whole."""
_FOLDER = "xl/"
_MOST_ROWS = 2**20  # Excel's own limit
_DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    EOFError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    NotImplementedError,  # a way of packing that Python does not know
    RuntimeError,  # a part is encrypted
)
"""What openpyxl raises for files that are damaged or made up: it expects parts and attributes."""


@dataclass(frozen=True)
class Sheet:
    """A sheet.

    Attributes:
        name: Its name; None if the file has no other.
        header: Its first row that is not empty.
        records: The rows below, numbered as in the sheet.
    """

    name: str | None
    header: CsvHeader
    records: Iterator[Record]


def read_spreadsheet(stream: IO[bytes], text_column: str, name: str) -> Sheet:
    """Read the first sheet that has the column, of those that are not hidden.

    Args:
        stream: The file, which can be sought in.
        text_column: The column that holds the text.
        name: The file's name, for messages.

    Raises:
        InputFileError: It is no such file, is too large or damaged, or no sheet has a row.
    """
    _check_archive(stream, name)
    with _damages(name):
        sheets = _open_sheets(stream)
        sheet, header = _choose_sheet(sheets, text_column, name)
    column = find_csv_column(header, text_column, name) or text_column
    records = _read_rows(sheet, header, column, name)
    return Sheet(sheet.title if len(sheets) > 1 else None, header, records)


def _check_archive(stream: IO[bytes], name: str) -> None:
    """Refuse an archive of something else, and one that unpacks to more than is read.

    What unpacks to more than it declares fails its check sum later.

    Raises:
        InputFileError: It is such an archive, or damaged.
    """
    if stream.read(2) != b"PK":
        raise InputFileError(
            f"{name} is a document of an old format of Excel, or locked with a password; save it "
            "as .xlsx without one."
        )
    with _damages(name):
        entries = zipfile.ZipFile(stream).infolist()
    if not any(entry.filename.startswith(_FOLDER) for entry in entries):
        raise InputFileError(f"{name} is a ZIP archive, not a text file; unpack it.")
    if sum(entry.file_size for entry in entries) > LARGEST_UNPACKED_BYTES:
        raise InputFileError(
            f"{name} unpacks to more than {LARGEST_UNPACKED_BYTES // 2**20} MB, which is too much "
            "for a spreadsheet; save it as CSV."
        )


@contextmanager
def _damages(name: str) -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about what is not shown, such as drop-down lists
            yield
    except (*_DAMAGES, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk's
        raise InputFileError(f"{name} is not an Excel file that can be read.") from error


def _open_sheets(stream: IO[bytes]) -> list[Any]:
    # Imported late: only spreadsheets need it.
    from openpyxl import load_workbook

    book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    return [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]


def _choose_sheet(sheets: Iterable[Any], text_column: str, name: str) -> tuple[Any, CsvHeader]:
    first = None
    for sheet in sheets:
        sheet.reset_dimensions()  # what the file says about them may be wrong
        header = _find_header(sheet)
        if header and find_column(text_column, header.fields) is not None:
            return sheet, header
        first = first or (header and (sheet, header))
    if not first:
        raise NoRowsError(f"{name} is empty; it holds no text.")
    return first


def _find_header(sheet: Any) -> CsvHeader | None:  # noqa: ANN401 - openpyxl ships no types
    for _, cells in _number_rows(sheet):
        if filled := _count_filled(cells):
            fields = tuple(
                "" if cell is None else str(to_text_cell(cell)) for cell in cells[:filled]
            )
            return CsvHeader(fields, name_columns(fields))
    return None


def _number_rows(sheet: Any) -> Iterator[tuple[int, Sequence[object]]]:  # noqa: ANN401 - openpyxl ships no types
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        if number > _MOST_ROWS:
            raise ValueError(number)  # made up: rows are filled in up to it
        yield number, cells


def _read_rows(
    sheet: Any,  # noqa: ANN401 - openpyxl ships no types
    header: CsvHeader,
    text_column: str,
    name: str,
) -> Iterator[Record]:
    columns = header.columns
    passed_header = False
    rows = _number_rows(sheet)
    while True:
        with _damages(name):
            number, cells = next(rows, (0, ()))
        if not number:
            return
        filled = _count_filled(cells)
        if filled and passed_header:
            if filled > len(columns):
                yield Reject(number, f"the row has {filled} cells, the header {len(columns)}")
                continue
            row = [*cells, *[None] * len(columns)][: len(columns)]
            yield build_table_record(number, columns, map(_to_date, row), text_column)
        passed_header = passed_header or bool(filled)


def _count_filled(cells: Sequence[object]) -> int:
    """Count the cells up to the last that is not empty."""
    return max((number for number, cell in enumerate(cells, 1) if cell is not None), default=0)


def _to_date(cell: object) -> object:
    """Return a date for a midnight: Excel stores no dates without a time."""
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date()
    return cell
