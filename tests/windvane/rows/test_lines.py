"""Physical lines of a byte stream."""

import io
from pathlib import Path

import pytest

from windvane.rows.errors import InputFileError
from windvane.rows.lines import Line, Lines


def test_lines_are_numbered_and_keep_their_endings() -> None:
    lines = list(Lines(io.BytesIO(b"one\r\n\ntwo")))

    assert lines == [Line(1, b"one\r\n"), Line(2, b"\n"), Line(3, b"two")]


def test_lines_drop_the_byte_order_mark_of_the_first_alone() -> None:
    lines = list(Lines(io.BytesIO(b"\xef\xbb\xbfone\n\xef\xbb\xbftwo\n")))

    assert [line.content for line in lines] == [b"one\n", b"\xef\xbb\xbftwo\n"]


def test_lines_cut_what_is_too_long_and_go_on() -> None:
    lines = list(Lines(io.BytesIO(b"0123456789\n01234567\nok\n"), longest_bytes=8))

    assert lines == [
        Line(1, b"01234567", cut=True),
        Line(2, b"01234567", cut=True),
        Line(3, b"ok\n"),
    ]


def test_lines_do_not_cut_a_last_line_of_just_the_longest_size() -> None:
    lines = list(Lines(io.BytesIO(b"01234567"), longest_bytes=8))

    assert lines == [Line(1, b"01234567", cut=False)]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_lines_refuse_utf16_by_name(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "excel.txt"
    file.write_bytes("\ufefftext".encode(encoding))

    with file.open("rb") as stream, pytest.raises(InputFileError, match=r"excel\.txt .*UTF-16"):
        next(Lines(stream))


def test_lines_count_the_bytes_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "texts.txt"
    file.write_bytes(b"one\ntwo\n")

    with file.open("rb") as stream:
        lines = Lines(stream)
        next(lines)
        progress = (lines.bytes_read, lines.total_bytes)

    assert progress == (4, 8)
