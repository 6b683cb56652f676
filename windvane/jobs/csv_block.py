"""Finds where rows begin in a block of CSV, by the number of quotes before each line feed."""

import numpy as np
from numpy.typing import NDArray

_LINE_FEED, _RETURN, _QUOTE = b"\n"[0], b"\r"[0], b'"'[0]


class CsvBlock:
    """Bytes that begin with a row, and the offsets of their quotes."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._bytes = np.frombuffer(content, np.uint8)
        has_quotes = b'"' in content
        self._quotes = np.flatnonzero(self._bytes == _QUOTE) if has_quotes else np.empty(0, int)

    def find_last_end(self) -> int:
        """Return the offset behind the last line feed outside quotes; 0 if there is none."""
        end = len(self._content)
        while (feed := self._content.rfind(b"\n", 0, end)) >= 0:
            quotes_before = int(np.searchsorted(self._quotes, feed))
            if quotes_before % 2 == 0:
                return feed + 1
            end = int(self._quotes[quotes_before - 1])  # go on before the quoted field
        return 0

    def find_end(self, offset: int) -> int:
        """Return the row boundary at or behind an offset, which is not behind the last one."""
        start = offset - 1
        while start >= 0:
            feed = self._content.index(b"\n", start)
            quotes_before = int(np.searchsorted(self._quotes, feed))
            if quotes_before % 2 == 0:
                return feed + 1
            start = int(self._quotes[quotes_before])  # go on behind the quoted field
        return 0

    def is_regular(self, end: int, delimiter: str) -> bool:
        """Return whether quotes and line ends are as RFC 4180 says.

        Fields begin and end where quotes do, a doubled quote ends one field and begins another, and
        no carriage return stands alone.

        Args:
            end: Offset behind a row.
            delimiter: Character between the fields.
        """
        if self._content.count(b"\r", 0, end) != self._content.count(b"\r\n", 0, end):
            return False
        quotes = self._quotes[: np.searchsorted(self._quotes, end)]
        if not quotes.size:
            return True
        separator = delimiter.encode()
        return len(separator) == 1 and self._are_regular(quotes[0::2], quotes[1::2], separator[0])

    def _are_regular(
        self, opening: NDArray[np.int64], closing: NDArray[np.int64], delimiter: int
    ) -> bool:
        before = self._bytes[opening - 1]
        begins = (before == delimiter) | (before == _LINE_FEED)
        begins[0] |= opening[0] == 0
        begins[1:] |= opening[1:] == closing[:-1] + 1
        after = self._bytes[closing + 1]
        ends = (after == delimiter) | (after == _LINE_FEED) | (after == _RETURN) | (after == _QUOTE)
        return bool(begins.all() and ends.all())
