"""Texts with known labels, which a new version must answer before it gets traffic."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from infra.model_bundle import ModelBundle

FILE = "known_texts.jsonl"
"""Its name beside a bundle's folder."""

MAX_TEXTS = 20
MAX_BYTES = 2_500
"""The environment of a function has room for 4 KB in all."""

ANY_TEXT = ("I love it", None)
"""Asked of a model without a file of its own: any of its labels will do."""


KnownTexts = Sequence[tuple[str, str | None]]
"""Texts, each with its label; None where any of the bundle's labels will do."""


class KnownTextsError(Exception):
    """The file cannot be used; the message is one sentence."""


class _Row(msgspec.Struct, forbid_unknown_fields=True):
    text: str
    label: str


def read_known_texts(bundle: ModelBundle, path: Path | None = None) -> KnownTexts:
    """Read a bundle's known texts.

    Args:
        bundle: The bundle.
        path: A file of JSON Lines with ``text`` and ``label``; by default the one beside the
            bundle's folder, if there is one.

    Raises:
        KnownTextsError: The file cannot be read, is too large, or names a label that the bundle
            does not have.
    """
    path = path or bundle.folder.parent / FILE
    if path.name == FILE and not path.exists():
        return [ANY_TEXT]
    try:
        content = path.read_bytes()
        rows = msgspec.json.Decoder(_Row).decode_lines(content)
    except OSError as error:
        raise KnownTextsError(f"{path} cannot be read ({error.strerror}).") from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise KnownTextsError(
            f'{path} is not JSON Lines with "text" and "label" in each line.'
        ) from error
    if not 1 <= len(rows) <= MAX_TEXTS or len(content) > MAX_BYTES:
        raise KnownTextsError(f"{path} may have {MAX_TEXTS} texts and {MAX_BYTES} bytes at most.")
    for number, row in enumerate(rows, 1):
        if row.label not in bundle.labels:
            raise KnownTextsError(
                f"{path}, line {number}: the label is {row.label}, and the bundle has "
                f"{', '.join(bundle.labels)}."
            )
    return [(row.text, row.label) for row in rows]
