"""How a file is to be read, as far as somebody said it."""

import codecs
from dataclasses import dataclass

from windvane.rows.errors import RowsError
from windvane.rows.file_formats import FileFormat


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How to read a file; what is None is found out from its name and its content.

    Attributes:
        text_column: The column, or JSON key, that holds the text.
        file_format: The format, unless the content is plainly of another.
        encoding: A name that Python knows, such as ``cp1252``.
        delimiter: The character between the fields of CSV.
    """

    text_column: str = "text"
    file_format: FileFormat | None = None
    encoding: str | None = None
    delimiter: str | None = None


def parse_encoding(name: str) -> str:
    """Return Python's own name of a text encoding.

    Raises:
        RowsError: There is no such encoding, or it does not turn bytes into text.
    """
    try:
        found = codecs.lookup(name)
        "".encode(name)  # refuses what is no encoding of text, such as base64
        codecs.getincrementaldecoder(name)
    except (LookupError, ValueError) as error:
        raise RowsError("there is no such encoding; examples are cp1252 and utf-16.") from error
    return "utf-8" if found.name == "utf-8-sig" else found.name


def parse_delimiter(value: str) -> str:
    r"""Return the character that is meant: itself, or a tab by ``tab`` or ``\t``.

    Raises:
        RowsError: It is not one character, or one that CSV needs for something else.
    """
    delimiter = "\t" if value.lower() in {"tab", r"\t"} else value
    if len(delimiter) != 1 or delimiter in '"\r\n\0\ufeff':
        raise RowsError('a delimiter is one character, such as ";", or tab.')
    return delimiter
