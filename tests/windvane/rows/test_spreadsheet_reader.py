"""Excel files: those that are damaged, locked, too large or made to be."""

import contextlib
import io
import re
import struct
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest
from openpyxl import Workbook

from tests.windvane.rows.file_cases import NamedFile
from windvane.rows import spreadsheet_reader
from windvane.rows.errors import InputFileError
from windvane.rows.file_reader import read_texts
from windvane.rows.reading import Reading
from windvane.rows.row import Record, Reject, Row
from windvane.rows.text_input import TextInput

SHEET = "xl/worksheets/sheet1.xml"
TABLE = (("text", "stars"), ("good", 5), ("bad", 1))


def build_book(*sheets: tuple[tuple[object, ...], ...], hidden: int = 0) -> bytes:
    book = Workbook()
    for _ in sheets[1:]:
        book.create_sheet()
    for number, (sheet, rows) in enumerate(zip(book.worksheets, sheets, strict=True)):
        sheet.sheet_state = "hidden" if number < hidden else "visible"
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def change_part(book: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    changed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book)) as archive,
        zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        for name in archive.namelist():
            content = archive.read(name)
            copy.writestr(name, change(content) if name == part else content)
    return changed.getvalue()


def add_cell(place: str) -> Callable[[bytes], bytes]:
    row = re.sub("[A-Z]", "", place)
    cell = f'<row r="{row}"><c r="{place}" t="inlineStr"><is><t>x</t></is></c></row>'
    return lambda xml: xml.replace(b"</sheetData>", f"{cell}</sheetData>".encode())


def open_book(content: bytes) -> TextInput:
    return read_texts(NamedFile(content, "a.xlsx"), Reading())


def read(content: bytes) -> list[Record]:
    return list(open_book(content).records)


def test_rows_beside_and_below_empty_ones_keep_their_numbers() -> None:
    records = read(build_book(((), (None, "text", "stars"), (), (None, "good", 5))))

    assert records == [Row(4, "good", {"column_1": None, "text": "good", "stars": 5})]


def test_cell_beyond_the_header_costs_its_row() -> None:
    records = read(build_book((*TABLE, ("fine", 4, "note"))))

    assert records[-1] == Reject(4, "the row has 3 cells, the header 2")


def test_sheet_that_has_the_column_is_read_and_named() -> None:
    texts = open_book(build_book((("about",),), TABLE))

    assert texts.note == 'a.xlsx: the sheet "Sheet1" is read.'
    assert [record.line for record in texts.records] == [2, 3]


def test_hidden_sheet_is_not_read() -> None:
    texts = open_book(build_book((("text",), ("hidden",)), TABLE, hidden=1))

    assert texts.note is None
    assert next(texts.records) == Row(2, "good", {"text": "good", "stars": 5})


def test_wrong_dimensions_are_not_believed() -> None:
    book = change_part(
        build_book(TABLE), SHEET, lambda xml: re.sub(b'ref="A1:B3"', b'ref="A1:A1"', xml)
    )

    assert len(read(book)) == 2


def test_cell_far_away_takes_no_memory() -> None:
    book = change_part(build_book(TABLE), SHEET, add_cell("XFD20000"))
    tracemalloc.start()

    *rows, last = read(book)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(rows) == 2
    assert last == Reject(20_000, "the row has 16384 cells, the header 2")
    assert peak < 50 * 2**20


def test_row_beyond_the_last_of_excel_is_a_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet_reader, "_MOST_ROWS", 2000)
    book = change_part(build_book(TABLE), SHEET, add_cell("A999999999999"))

    with pytest.raises(InputFileError, match=r"a\.xlsx is not an Excel file that can be read"):
        read(book)


def test_archive_that_unpacks_to_more_than_it_says_is_refused() -> None:
    book = change_part(build_book(TABLE), SHEET, lambda xml: xml + b" " * 10**6)
    [size] = [
        entry.file_size
        for entry in zipfile.ZipFile(io.BytesIO(book)).infolist()
        if entry.filename == SHEET
    ]

    with pytest.raises(InputFileError, match=r"a\.xlsx is not an Excel file that can be read"):
        read(book.replace(struct.pack("<I", size), struct.pack("<I", 100)))


def test_archive_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet_reader, "LARGEST_UNPACKED_BYTES", 2**20)
    book = change_part(build_book(TABLE), SHEET, lambda xml: xml + b" " * 2**20)

    with pytest.raises(InputFileError, match=r"unpacks to more than 1 MB, .*save it as CSV"):
        read(book)


def test_old_or_locked_file_is_refused() -> None:
    with pytest.raises(InputFileError, match=r"old format of Excel, or locked .*save it as \.xlsx"):
        read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504))


def test_book_without_a_row_is_refused() -> None:
    with pytest.raises(InputFileError, match=r"a\.xlsx is empty"):
        read(build_book(()))


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/workbook.xml", b"<sheet ", b"<sheet"),
        ("xl/workbook.xml", b"r:id", b"r:di"),
        ("xl/_rels/workbook.xml.rels", b"Target", b"target"),
        ("[Content_Types].xml", b"<Override", b"<Overrid"),
        (SHEET, b't="s"', b't="x"'),
        (SHEET, b"<v>0</v>", b"<v>9</v>"),
        (SHEET, b'r="A1"', b'r="1A"'),
        (SHEET, b"</row>", b""),
        ("xl/styles.xml", b"<cellXfs", b"<cellxfs"),
        ("xl/sharedStrings.xml", b"<si>", b"<is>"),
    ],
)
def test_damaged_part_never_ends_in_another_error(part: str, old: bytes, new: bytes) -> None:
    book = change_part(build_book(TABLE), part, lambda xml: xml.replace(old, new))

    with contextlib.suppress(InputFileError):
        read(book)
