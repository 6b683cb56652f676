"""The column that holds a held-out file's texts."""

from pathlib import Path

import pytest

from windvane.cli.export.run import ExportArguments, _read_held_out
from windvane.rows.labelled_files import LabelledFile
from windvane.rows.reading import Reading


@pytest.mark.parametrize("text_column", ["text", "review"])
def test_held_out_texts_are_read_from_the_named_column(tmp_path: Path, text_column: str) -> None:
    path = tmp_path / "held.csv"
    path.write_text(f"{text_column},label\ngood,positive\n", encoding="utf-8")
    arguments = ExportArguments(
        checkpoint=None,
        output=tmp_path,
        overwrite=False,
        revision=None,
        scheme="int8",
        parity_texts=path,
        activation_texts=path,
        tolerance=None,
        held_out=[LabelledFile(path=str(path))],
        reading=Reading(text_column=text_column),
        name=None,
        licence="",
        languages=(),
        normalization="none",
        window_tokens=None,
    )

    labelled = _read_held_out(arguments.held_out[0], arguments, ["negative", "positive"])

    assert labelled.texts == ["good"]
