"""Encodings: found out from a sample, and turned into UTF-8 chunk by chunk."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windvane.rows.errors import InputFileError
from windvane.rows.text_encodings import detect_encoding, transcode

LONG_ASCII = b"a line of ASCII\n" * 100


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (b"", "utf-8"),
        (b"good\n", "utf-8"),
        ("schön".encode(), "utf-8"),
        ("schön".encode("cp1252"), "cp1252"),
        (LONG_ASCII + b"caf\xe9", "cp1252"),
        (LONG_ASCII + "Spa\N{LATIN SMALL LETTER SHARP S}“ für".encode("cp1252"), "cp1252"),
        ("schön\ngrün\n".encode() + b"caf\xe9\n", "utf-8"),
        ("schön\n".encode() + b"caf\xe9\n", "utf-8"),
        ("schön\n".encode() + b"caf\xe9\n" * 3, "cp1252"),
        (b"one\n\xff\nthree\n", "utf-8"),
        (b"one\n\x81\nthree\n", "utf-8"),
        (b"b\0d\n", "utf-8"),
        ("one\n".encode("utf-16-le"), "utf-16-le"),
        ("one\n".encode("utf-16-be"), "utf-16-be"),
        ("one\n".encode("utf-32-le"), "utf-32-le"),
        ("one\n".encode("utf-32-be"), "utf-32-be"),
        ("Отлично, спасибо\n".encode("utf-16-le"), "utf-16-le"),
        ("很好 一个\n".encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_encoding_is_found_out(content: bytes, encoding: str) -> None:
    assert detect_encoding(content, "a.txt") == encoding


def test_sample_may_end_in_the_middle_of_a_character() -> None:
    content = ("schön " * 10).encode()[:-5]

    assert detect_encoding(content, "a.txt", is_whole=False) == "utf-8"
    assert detect_encoding(content[: content.rfind(b"\xb6")], "a", is_whole=False) == "utf-8"


@pytest.mark.parametrize("encoding", ["cp1251", "cp1253", "shift_jis", "gb18030", "koi8-r"])
def test_other_encoding_is_not_taken_for_cp1252(encoding: str) -> None:
    text = {
        "cp1253": "Εξαιρετικό ξενοδοχείο",
        "shift_jis": "とても良いホテル",
        "gb18030": "这家酒店很好早餐也不错",
    }
    content = f"text\n{text.get(encoding, 'Отличная гостиница')}\n".encode(encoding)

    with pytest.raises(InputFileError, match=r"a\.csv is neither UTF-8 nor cp1252; .*--encoding"):
        detect_encoding(content, "a.csv")


@given(
    st.text(), st.sampled_from(("utf-16-le", "utf-32-be", "utf-7", "gb18030")), st.integers(1, 9)
)
def test_chunks_are_transcoded_wherever_they_are_cut(text: str, encoding: str, size: int) -> None:
    content = text.encode(encoding)
    chunks = [content[at : at + size] for at in range(0, len(content), size)]

    assert b"".join(transcode(chunks, encoding, "a.txt")).decode() == text


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("a".encode("utf-16-le") + b"\x00\xd8\n\0" + "b".encode("utf-16-le"), "utf-16-le"),
        (b"a\x81\nb", "cp1252"),
        (b"a\xff\nb", "ascii"),
    ],
)
def test_what_cannot_be_decoded_spoils_its_line_alone(content: bytes, encoding: str) -> None:
    bad, good = b"".join(transcode([content], encoding, "a.txt")).split(b"\n")

    assert good == b"b"
    with pytest.raises(UnicodeDecodeError):
        bad.decode()


def test_encoding_that_cannot_go_on_is_refused() -> None:
    with pytest.raises(InputFileError, match=r"a\.txt cannot be read as idna"):
        list(transcode([b"a\xff"], "idna", "a.txt"))
