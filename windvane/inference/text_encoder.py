"""Encodes texts as windows of token ids."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tokenizers import Encoding, Tokenizer

from windvane.inference.errors import BundleCorruptError, ModelRunError
from windvane.inference.windows import EncodedText, Window, overlap_tokens

if TYPE_CHECKING:
    from windvane.inference.replaced_parts import Offsets


class TextEncoder:
    """Encodes a text as one or more windows of at most ``max_tokens`` tokens."""

    def __init__(
        self, tokenizer_path: Path, *, max_tokens: int, vocabulary_size: int | None = None
    ) -> None:
        """Open the tokenizer.

        Args:
            tokenizer_path: The tokenizer's JSON.
            max_tokens: Most tokens of a window.
            vocabulary_size: Number of tokens that the model knows.

        Raises:
            BundleCorruptError: The file is not a tokenizer, its special tokens fill a window, or
                it has more tokens than the model knows.
        """
        self._overlap = overlap_tokens(max_tokens)
        try:
            self._tokenizer = _open(tokenizer_path, max_tokens, self._overlap)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # tokenizers raises Exception, and BaseException in a panic
            raise BundleCorruptError(
                f"{tokenizer_path} cannot be used by the tokenizers library "
                f"with windows of {max_tokens} tokens."
            ) from error
        self._special_tokens: int = self._tokenizer.num_special_tokens_to_add(is_pair=False)
        self._unknown_id = _find_unknown_id(self._tokenizer)
        if vocabulary_size is not None and self._exceeds(vocabulary_size, tokenizer_path):
            raise BundleCorruptError(
                f"{tokenizer_path} has more tokens than the {vocabulary_size} that the model knows."
            )

    def _exceeds(self, size: int, tokenizer_path: Path) -> bool:
        """Return whether a token has an id of ``size`` or more, also behind a gap.

        What surrounds each text has ids of its own.
        """
        around = (token for window in self.encode("").windows for token in window.input_ids)
        if self._tokenizer.id_to_token(size) is not None or max(around, default=0) >= size:
            return True
        # get_vocab() copies the vocabulary for 20 ms; a search for large numbers takes 1.
        numbers = re.findall(_at_least(size), tokenizer_path.read_bytes())
        if max(map(int, numbers), default=0) < size:
            return False
        return max(self._tokenizer.get_vocab().values(), default=0) >= size

    def encode(self, text: str) -> EncodedText:
        """Encode a text.

        Args:
            text: Any string without lone surrogates.

        Raises:
            ModelRunError: The tokenizer failed.
        """
        with _tokenizer_errors():
            encoding = self._tokenizer.encode(text)
        parts = (encoding, *encoding.overflowing)
        ids = [part.ids for part in parts]  # each reading copies them
        windows = [Window(each, len(each) - self._special_tokens) for each in ids]
        input_ids = ids[0] if len(parts) == 1 else self._join(parts)
        unknown = 0 if self._unknown_id is None else input_ids.count(self._unknown_id)
        return EncodedText(windows, len(input_ids), unknown, input_ids)

    def normalize(self, text: str) -> str:
        """Return a text as the tokenizer's rules rewrite it before it is cut into tokens.

        Raises:
            ModelRunError: The tokenizer failed.
        """
        normalizer = self._tokenizer.normalizer
        if normalizer is None:
            return text
        with _tokenizer_errors():
            normalized: str = normalizer.normalize_str(text)
        return normalized

    def find_replaced_parts(self, text: str) -> "list[Offsets]":
        """Find what the tokenizer's rules replace, as `replaced_parts.find_replaced_parts` does.

        Raises:
            ModelRunError: The tokenizer failed.
        """
        # For explanations alone: a start does without.
        from windvane.inference.replaced_parts import find_replaced_parts

        normalizer = self._tokenizer.normalizer
        if normalizer is None:
            return []
        with _tokenizer_errors():
            return find_replaced_parts(normalizer, text)

    def _join(self, parts: Sequence[Encoding]) -> list[int]:
        """Return the ids of a text's windows, without what a window shares with the one before."""
        joined: list[int] = parts[0].ids
        for part in parts[1:]:
            ids = [
                token
                for token, is_special in zip(part.ids, part.special_tokens_mask, strict=True)
                if not is_special
            ]
            joined.extend(ids[self._overlap :])
        return joined


@contextmanager
def _tokenizer_errors() -> Iterator[None]:
    """Raise `ModelRunError` for whatever the tokenizer raises."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic, as above
        raise ModelRunError("The tokenizer failed on a text.") from error


def _open(path: Path, max_tokens: int, overlap: int) -> Tokenizer:
    """Open a tokenizer that cuts texts in windows.

    Raises:
        ValueError: The special tokens leave no room for more of the text than windows share.
    """
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    if tokenizer.num_special_tokens_to_add(is_pair=False) + overlap >= max_tokens:
        raise ValueError("the special tokens fill the window")
    tokenizer.enable_truncation(max_tokens, stride=overlap)
    return tokenizer


def _find_unknown_id(tokenizer: Tokenizer) -> int | None:
    """Return the id that stands for what the vocabulary lacks; None if it lacks nothing."""
    # SentencePiece's unigram model alone does not tell the name, which is "<unk>" by its default.
    token = getattr(tokenizer.model, "unk_token", "<unk>")
    return None if token is None else tokenizer.token_to_id(token)


def _at_least(number: int) -> bytes:
    """Build a pattern of values in JSON that may be ``number`` or more.

    They have more digits, or as many of which the first is no smaller.
    """
    digits = str(number)
    return rb":\s*(\d{%d,20}|[%c-9]\d{%d})" % (len(digits) + 1, ord(digits[0]), len(digits) - 1)
