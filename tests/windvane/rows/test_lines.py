"""Physical lines of a byte stream."""

import io

from windvane.rows.lines import Line, Lines


def test_lines_are_numbered_and_keep_their_endings() -> None:
    lines = list(Lines(io.BytesIO(b"one\r\n\ntwo")))

    assert lines == [Line(1, b"one\r\n"), Line(2, b"\n"), Line(3, b"two")]


def test_lines_drop_byte_order_marks_and_tell_where_they_were() -> None:
    lines = list(Lines(io.BytesIO(b"\xef\xbb\xbfone\n\xef\xbb\xbftwo\nthree\n")))

    assert [line.content for line in lines] == [b"one\n", b"two\n", b"three\n"]
    assert [line.marked for line in lines] == [True, True, False]


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
