"""Finds out a file's encoding from a sample, and turns other encodings into UTF-8."""

import codecs
import re
from collections.abc import Iterable, Iterator

from windvane.rows.errors import InputFileError
from windvane.rows.file_content import refuse_binary

UTF8 = "utf-8"
# UTF-32 first: its mark in little endian begins with that of UTF-16.
_MARKS = {
    codecs.BOM_UTF8: UTF8,
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_WIDE_SAMPLE_BYTES = 4096
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\ufffe\uffff]")
_CONTROL_BYTE = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")
_NOT_CP1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d\xff]")
"""Bytes without a meaning in cp1252, and one that no text has: the letter ÿ."""
_LETTER = re.compile(rb"[A-Za-z]")
_FEW_BROKEN = 2
"""So many times the lines of UTF-8 may be broken in a file that is UTF-8 all the same."""
_UNDECODABLE = "windvane.undecodable"


def detect_encoding(sample: bytes, name: str, *, is_whole: bool = True) -> str:
    """Find out the encoding of a file.

    A byte order mark says it. Without one, UTF-16 and UTF-32 are known by their zero bytes, and
    what is not UTF-8 is cp1252, Windows' encoding in Western Europe. If a third of the lines with
    other letters than ASCII's are UTF-8, so is the file: the rest are broken rows.

    Args:
        sample: The first bytes.
        name: The file's name, for messages.
        is_whole: Whether the sample is the whole file.

    Raises:
        InputFileError: It is none of these, because it is not text or most letters are not ASCII.
    """
    for mark, encoding in _MARKS.items():
        if sample.startswith(mark):
            return encoding
    if _is_utf8(sample, is_whole=is_whole) and b"\0" not in sample:
        return UTF8
    if wide := _detect_wide(sample):
        return wide
    refuse_binary(sample, name)
    return _detect_narrow(_cut(sample, is_whole=is_whole), name)


def decode_sample(sample: bytes, encoding: str, name: str) -> str:
    """Decode a sample; what cannot be decoded is replaced.

    Raises:
        InputFileError: The encoding cannot do that.
    """
    try:
        return sample.decode(encoding, "replace")
    except UnicodeError as error:
        raise InputFileError(f"{name} cannot be read as {encoding}.") from error


def transcode(chunks: Iterable[bytes], encoding: str, name: str) -> Iterator[bytes]:
    """Turn chunks of an encoding into UTF-8.

    What cannot be decoded becomes a byte that is not UTF-8 either, so that its row is rejected.

    Raises:
        InputFileError: It cannot be decoded at all.
    """
    codecs.register_error(_UNDECODABLE, lambda error: ("\udc80", _end_of(error)))
    decoder = codecs.getincrementaldecoder(encoding)(_UNDECODABLE)
    try:
        for chunk in chunks:
            yield decoder.decode(chunk).encode(UTF8, "surrogateescape")
        yield decoder.decode(b"", final=True).encode(UTF8, "surrogateescape")
    except UnicodeError as error:
        raise InputFileError(f"{name} cannot be read as {encoding}.") from error


def end_lines_by_feeds(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Replace carriage returns by line feeds, in a file whose lines end with them alone."""
    return (chunk.replace(b"\r", b"\n") for chunk in chunks)


def _end_of(error: UnicodeError) -> int:
    return error.end if isinstance(error, UnicodeDecodeError) else 0


def _cut(sample: bytes, *, is_whole: bool) -> bytes:
    """Leave out the last line, whose last character may be cut in two."""
    return sample if is_whole else sample[: sample.rfind(b"\n") + 1] or sample


def _detect_wide(sample: bytes) -> str | None:
    """Find UTF-16 or UTF-32 by the zero bytes that spaces, digits and line ends have in them."""
    start = sample[:_WIDE_SAMPLE_BYTES]
    zeros = start.count(0)
    if not zeros or (
        _is_utf8(start, is_whole=False) and len(_CONTROL_BYTE.findall(start)) < len(start) / 4
    ):
        return None
    is_little_endian = 2 * start[1::2].count(0) >= zeros
    for width in ("32", "16"):
        for order in ("le", "be") if is_little_endian else ("be", "le"):
            encoding = f"utf-{width}-{order}"
            if _is_text(start, encoding):
                return encoding
    return None


def _is_text(sample: bytes, encoding: str) -> bool:
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(sample)  # may end in a character
    except UnicodeDecodeError:
        return False
    spaced = any(character in text for character in "\n\r ,;\t") or text.isascii()
    return spaced and not _CONTROLS.search(text)


def _is_utf8(sample: bytes, *, is_whole: bool = True) -> bool:
    try:
        codecs.getincrementaldecoder(UTF8)().decode(sample, final=is_whole)
    except UnicodeDecodeError:
        return False
    return True


def _detect_narrow(sample: bytes, name: str) -> str:
    lines = [line for line in sample.split(b"\n") if not line.isascii()]
    broken = [line for line in lines if not _is_utf8(line)]
    if len(broken) <= _FEW_BROKEN * (len(lines) - len(broken)):
        return UTF8
    if len(_HIGH_BYTE.findall(sample)) > len(_LETTER.findall(sample)):
        raise InputFileError(
            f"{name} is neither UTF-8 nor cp1252; name its encoding with --encoding, such as "
            "cp1251 or shift_jis."
        )
    return UTF8 if _NOT_CP1252.search(sample) else "cp1252"
