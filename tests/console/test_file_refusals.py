"""What the page refuses to read, and with which sentence."""

import gzip
import io
import zipfile
from typing import Any

import pytest

from tests.console.page_reader import build_file, read_in_node

MB = 10**6


def build_zip(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, "good")
    return content.getvalue()


WORKBOOK = build_zip("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml")
COMMAND = "save it as CSV, or run 'windvane classify --input"
REFUSALS = {
    "reviews.xlsx": (WORKBOOK, f"reviews.xlsx is an Excel workbook: {COMMAND} reviews.xlsx'."),
    "workbook.csv": (WORKBOOK, f"workbook.csv is an Excel workbook: {COMMAND} workbook.csv'."),
    "my reviews (2).xlsx": (WORKBOOK, f'{COMMAND} "./my reviews (2).xlsx"\'.'),
    "$(id).xlsx": (WORKBOOK, f"{COMMAND} FILE'."),
    "workbook.csv.gz": (gzip.compress(WORKBOOK), "is an Excel workbook"),
    "letter.docx": (build_zip("word/document.xml"), "is a Word document: save it as plain text."),
    "sheet.ods": (
        build_zip("content.xml", "application/vnd.oasis.opendocument.spreadsheet"),
        COMMAND,
    ),
    "many.zip": (build_zip("a.csv", "b.csv"), "unpack it, and choose a file from it."),
    "old.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "save it as CSV"),
    "a.parquet": (b"PAR1\x15\x04\x15\x10PAR1", f"is a Parquet file: {COMMAND} a.parquet'."),
    "a.txt": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "is a PDF, not a text"),
    "photo.csv": (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "is a picture, not a text"),
    "photo.webp": (b"RIFF\x24\0\0\0WEBPVP8 ", "is a picture, not a text"),
    "a.rtf": (b"{\\rtf1\\ansi good}", "is a rich text document: save it as plain text."),
    "page.xls": (b"\xef\xbb\xbf\n<html><table><tr><td>good", "is a web page or XML"),
    "database": (b"SQLite format 3\0" + bytes(range(64)), "is a binary file, not a text file"),
    "twice.csv.gz": (gzip.compress(gzip.compress(b"good")), "is an archive: unpack it"),
    "russian.csv": (
        b"text\n\xce\xf7\xe5\xed\xfc \xf5\xee\xf0\xee\xf8\xe8\xe9\n",
        "save it in the encoding UTF-8.",
    ),
    "header.csv": (b'text,"stars\ngood,5\n', "The header of header.csv cannot be read: malformed"),
    "lines.csv": (b"\n \n", "The header of lines.csv cannot be read: it has no line."),
    "wide.csv": (b"," * 1001, "cannot be read: the row has over 1000 fields."),
    "wide.jsonl": (b"".join(b'{"a%d": 1}\n' % i for i in range(1001)), "more than 1000 columns."),
    "long.txt": (
        b"a\n" * 200_001,
        "more than 200,000 rows; 'windvane classify --input' reads files of any",
    ),
    "long.csv.gz": (gzip.compress(b"text\n" + b"a\n" * 200_001), "more than 200,000 rows"),
    "large.txt.gz": (gzip.compress(bytes(31 * MB)), "is larger than 30 MB when it is unpacked"),
    "members.gz": (gzip.compress(bytes(16 * MB)) * 2, "is larger than 30 MB when it is unpacked"),
    "broken.gz": (gzip.compress(b"good") + b"\x1f\x8b\x08\0" * 50_000, "is not valid gzip."),
}


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    files = [build_file(name, content) for name, (content, _) in REFUSALS.items()]
    return dict(zip(REFUSALS, read_in_node(files), strict=True))


@pytest.mark.parametrize("name", REFUSALS)
def test_page_refuses_with_a_sentence(name: str, answers: dict[str, Any]) -> None:
    assert REFUSALS[name][1] in answers[name]["error"]


def test_page_refuses_a_large_file_before_it_reads_it() -> None:
    [answer] = read_in_node([{"file": "a.txt", "size": 30 * MB + 1}])

    assert answer["error"] == (
        "a.txt is larger than 30 MB; 'windvane classify --input' reads files of any size."
    )
