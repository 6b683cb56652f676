"""Labelled files as benchmarks read them."""

from pathlib import Path

import pytest

from benchmarks.labelled_sets import read_labelled_sets
from windvane.rows.label_maps import SENTIMENTS
from windvane.rows.labelled_files import LabelledFile


def test_read_labelled_sets_says_how_many_rows_are_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "some.csv").write_text("text,label\ngood,positive\n ,neutral\n", encoding="utf-8")
    (tmp_path / "all.csv").write_text("text,label\nbad,negative\nday,neutral\n", encoding="utf-8")
    files = [LabelledFile(path=str(tmp_path / name)) for name in ("some.csv", "all.csv")]

    some, every = read_labelled_sets(files, SENTIMENTS)

    assert (some.texts, every.labels) == (["good"], ["negative", "neutral"])
    said = capsys.readouterr().err
    assert said.endswith(f"{tmp_path / 'some.csv'}: 1 row was left out.\n")
    assert "all.csv" not in said
