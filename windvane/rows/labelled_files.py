"""Labelled files: rows that have a text and a label."""

import itertools
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from windvane.inference.bundle_files import sha256_of
from windvane.rows.byte_source import open_input
from windvane.rows.column_names import find_column
from windvane.rows.errors import InputFileError, LabelError
from windvane.rows.file_reader import read_texts
from windvane.rows.label_maps import LABEL_MAPS, is_number
from windvane.rows.labelled_set import LabelledSet, show_label
from windvane.rows.reading import Reading
from windvane.rows.rejects import Rejects, filter_rows
from windvane.rows.row import Record, Row
from windvane.rows.text_input import TextInput, batch_records

DEFAULT_COLUMN = "label"
_FEWEST_LABELS = 2
Advance = Callable[[TextInput, int], None]


@dataclass(frozen=True, kw_only=True)
class LabelledFile:
    """A labelled file, and how to read it.

    Attributes:
        path: Where it is.
        label_column: The column, or JSON key, that holds the label.
        label_map: Label by the column's value; a value that is not in it stands for itself.
        ignored: Labels that the file does not distinguish from the others.
        weight: How often training reads the file in an epoch.
        use_teachers: Whether teachers contribute to what training learns of the texts.
        reading: How to read it, as far as that is known.
    """

    path: str
    label_column: str = DEFAULT_COLUMN
    label_map: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    weight: float = 1.0
    use_teachers: bool = True
    reading: Reading = field(default_factory=Reading)


@dataclass(frozen=True)
class LabelledRow:
    """A row with its label.

    Attributes:
        line: 1-based line of the file where it starts.
    """

    line: int
    text: str
    label: str


def read_labelled_file(
    file: LabelledFile,
    labels: Sequence[str],
    rejects: Rejects,
    advance: Advance | None = None,
    *,
    other_labels: str = "",
) -> LabelledSet:
    """Read a file whole.

    Args:
        file: The file, and how to read it.
        labels: The model's labels; a row may have any that the file does not ignore.
        rejects: Collects the rows that cannot be used.
        advance: Called with the input and the number of rows read, after each batch.
        other_labels: What to do about a label that is none of ``labels``, as a sentence.

    Raises:
        InputFileError: The file is not of its format, or has no usable row.
        LabelError: A label is none of ``labels``, or the ignored labels leave fewer than two.
        OSError: It cannot be read.
    """
    find_fault = _refuse_other_labels(file, labels_to_choose(file, labels), other_labels)
    rows = list(read_labelled_rows(file, rejects, find_fault, advance))
    if not rows:
        raise InputFileError(f"{file.path} holds no row that can be used.")
    return LabelledSet(
        name=Path(file.path).name,
        sha256=sha256_of(Path(file.path)),
        texts=[row.text for row in rows],
        labels=[row.label for row in rows],
        lines=[row.line for row in rows],
        ignored=file.ignored,
        weight=file.weight,
        use_teachers=file.use_teachers,
    )


def labels_to_choose(file: LabelledFile, labels: Sequence[str]) -> list[str]:
    """Leave out what the file ignores.

    Raises:
        LabelError: There is no such label, or fewer than two are left.
    """
    for label in file.ignored:
        if label not in labels:
            raise LabelError(
                f'{file.path}: there is no label "{label}" to ignore, but {", ".join(labels)}.'
            )
    choice = [label for label in labels if label not in file.ignored]
    if len(choice) < _FEWEST_LABELS:
        raise LabelError(f"{file.path}: too many labels are ignored; leave two or more to choose.")
    return choice


def read_labelled_rows(
    file: LabelledFile,
    rejects: Rejects,
    find_fault: Callable[[Row], str | None] = lambda _row: None,
    advance: Advance | None = None,
) -> Iterator[LabelledRow]:
    """Read the rows that have a text and a label, and no fault by ``find_fault``.

    Raises:
        InputFileError: The file is not of its format.
        OSError: It cannot be read.
    """

    def fault(row: Row) -> str | None:
        return _label_fault(row, file) or find_fault(row)

    with open_input(file.path) as stream:
        content = read_texts(stream, file.reading, file.label_column)
        rejects.report_reading(content.note)
        read = 0
        for batch in _require_labels(batch_records(content.records), content, file):
            for row in filter_rows(batch, rejects, fault):
                read += 1
                yield LabelledRow(row.line, row.text, label_of(row, file))
            if advance:
                advance(content, read)


def label_of(row: Row, file: LabelledFile) -> str:
    """Return a row's label, translated by the label map."""
    label = str(_find_label(row, file)).strip()
    whole = label.removesuffix(".0")  # pandas writes integers as floats if one is missing
    return file.label_map.get(label) or file.label_map.get(whole, label)


def _find_label(row: Row, file: LabelledFile) -> object:
    """Return what is in the label column; None if the row has none."""
    name = file.label_column
    column = name if name in row.columns else find_column(name, row.columns)
    return None if column is None else row.columns[column]


def _label_fault(row: Row, file: LabelledFile) -> str | None:
    label = _find_label(row, file)
    if label is None or not str(label).strip():
        return f'there is no "{file.label_column}"'
    if not isinstance(label, str | int | float):
        return f'"{file.label_column}" is neither a name nor a number'
    return None


def _require_labels(
    batches: Iterator[list[Record]], content: TextInput, file: LabelledFile
) -> Iterator[list[Record]]:
    """Yield the batches, after checking that a row of the first has the label column.

    Raises:
        InputFileError: None has; a single row without a label is a reject.
    """
    first = next(batches, [])
    columns = {name for record in first if isinstance(record, Row) for name in record.columns}
    if columns and find_column(file.label_column, columns) is None:
        raise InputFileError(
            f'{file.path} has no column "{file.label_column}" for the labels; it has: '
            f"{', '.join(content.columns)}. Name one: {shlex.quote(file.path)},column=NAME"
        )
    return itertools.chain([first], batches)


def _refuse_other_labels(
    file: LabelledFile, labels: Sequence[str], other_labels: str
) -> Callable[[Row], str | None]:
    numbers = (
        f"The map has {', '.join(file.label_map)}."
        if file.label_map
        else f"Say what numbers mean: {shlex.quote(file.path)},map=NAME, where NAME is one of "
        f"{', '.join(LABEL_MAPS)}."
    )

    def refuse(row: Row) -> None:
        label = label_of(row, file)
        if label not in labels:
            hints = [numbers if is_number(label) or file.label_map else "", other_labels]
            raise LabelError(
                f'{file.path}, line {row.line}: the label "{show_label(label)}" is not one to '
                f"choose from ({', '.join(labels)}). {' '.join(filter(None, hints))}".rstrip()
            )

    return refuse
