"""Encodes texts as windows of token ids."""

from pathlib import Path

from tokenizers import Tokenizer

from windvane.inference.errors import BundleCorruptError
from windvane.inference.windows import Window, overlap_tokens


class TextEncoder:
    """Encodes a text as one or more windows of at most ``max_tokens`` tokens."""

    def __init__(self, tokenizer_path: Path, *, max_tokens: int) -> None:
        """Open the tokenizer.

        Raises:
            BundleCorruptError: The file is not a tokenizer.
        """
        try:
            self._tokenizer = Tokenizer.from_file(str(tokenizer_path))
        except Exception as error:  # tokenizers raises no narrower one
            raise BundleCorruptError(
                f"{tokenizer_path} cannot be opened by the tokenizers library."
            ) from error
        self._special_tokens: int = self._tokenizer.num_special_tokens_to_add(is_pair=False)
        self._overlap = overlap_tokens(max_tokens)
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_tokens, stride=self._overlap)

    def encode(self, text: str) -> list[Window]:
        """Encode a text as overlapping windows, in text order; most texts are one window.

        Args:
            text: Any string without lone surrogates.
        """
        encoding = self._tokenizer.encode(text)
        return [
            Window(part.ids, len(part.ids) - self._special_tokens)
            for part in (encoding, *encoding.overflowing)
        ]

    def count_tokens(self, windows: list[Window]) -> int:
        """Count the tokens of the text, special tokens once, from its windows."""
        total = sum(window.text_tokens for window in windows)
        shared = self._overlap * (len(windows) - 1)
        return total - shared + self._special_tokens
