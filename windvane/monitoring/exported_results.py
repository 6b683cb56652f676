"""Results from a file that `windvane results export` or `windvane results list` wrote."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import IO, Annotated

import msgspec

from windvane.inference.manifest import LANGUAGE
from windvane.monitoring.observation import Observation
from windvane.rows.errors import ColumnMissingError
from windvane.rows.file_reader import read_texts
from windvane.rows.reading import Reading
from windvane.rows.row import Row
from windvane.rows.text_input import TextInput

_Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
_Timestamp = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\dT[\d:.]{5,15}Z$")]
ADVANCE_RECORDS = 1000

NOT_EXPORTED = (
    "it holds no results as `windvane results export` writes them; each has label, score, tokens, "
    "chars, model and created_at"
)


class ExportedResult(Observation, frozen=True, kw_only=True):
    """A row of the file, with the rules of its fields."""

    score: Annotated[float, msgspec.Meta(ge=0, le=1)]
    tokens: _Count
    chars: _Count
    unknown_tokens: _Count | None = None
    language: Annotated[str, msgspec.Meta(pattern=LANGUAGE)] | None = None
    created_at: _Timestamp
    model: str

    def __post_init__(self) -> None:
        """Refuse a day that there is not.

        Raises:
            ValueError: There is no such day or hour.
        """
        datetime.fromisoformat(self.created_at)


class ExportedResults:
    """Reads the results of a file, once.

    Attributes:
        unusable: Rows so far that are no result.
    """

    def __init__(self, stream: IO[bytes], advance: Callable[[int, int], None]) -> None:
        """Read up to the first row.

        Args:
            stream: The file, at its start: JSON Lines or CSV.
            advance: Called now and then with the bytes and the results read so far.

        Raises:
            RowsError: The file is empty, or of another format.
        """
        self.unusable = 0
        self._advance = advance
        self._content = _open(stream)

    def __iter__(self) -> Iterator[Observation]:
        for count, record in enumerate(self._content.records, start=1):
            if count % ADVANCE_RECORDS == 0:
                self._advance(self._content.bytes_read, count)
            result = _to_result(record) if isinstance(record, Row) else None
            if result is None:
                self.unusable += 1
            else:
                yield result


def _open(stream: IO[bytes]) -> TextInput:
    """Open the file; the label stands for the text, which an export may lack."""
    try:
        return read_texts(stream, Reading(text_column="label"))
    except ColumnMissingError as error:
        raise ColumnMissingError(f"{stream.name}: {NOT_EXPORTED}.") from error


def _to_result(row: Row) -> ExportedResult | None:
    """Build a result; None if the row breaks a rule.

    An export has the right label as its label, and the model's beside it.
    """
    fields = {name: value for name, value in row.columns.items() if value not in ("", None)}
    right = fields.get("label")
    fields["label"] = fields.get("model_label", right)
    if right != fields["label"]:
        fields.setdefault("feedback_label", right)
    try:
        return msgspec.convert(fields, ExportedResult, strict=False)
    except msgspec.ValidationError:
        return None
