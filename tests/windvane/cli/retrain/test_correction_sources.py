"""Corrections from a result log and from files."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.windvane.result_log.records import make_record
from windvane.cli.errors import CliError
from windvane.cli.retrain.correction_sources import CorrectionSource, read_corrections
from windvane.evaluation.corrections import Correction
from windvane.result_log.query import ResultQuery
from windvane.result_log.record import ResultRecord
from windvane.result_log.sqlite.sqlite_log import SqliteResultLog
from windvane.rows.labelled_files import LabelledFile
from windvane.rows.reading import Reading


@dataclass
class Log:
    uri: str
    log: SqliteResultLog
    records: list[ResultRecord] = field(default_factory=list)

    def write(self, *records: ResultRecord) -> None:
        self.log.write(records)

    def read(self, texts: Path | None = None, **query: Any) -> Sequence[Correction]:
        return read_corrections(
            CorrectionSource(
                file=None,
                result_log=self.uri,
                query=ResultQuery(**query),
                texts=str(texts) if texts else None,
                reading=Reading(),
            )
        )


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    path = tmp_path / "results.db"
    log = SqliteResultLog(str(path))
    yield Log(f"sqlite:///{path}", log)
    log.close()


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_log_gives_what_was_corrected_and_kept_in_full(log: Log) -> None:
    log.write(
        make_record(label="negative", text="so late", feedback_label="neutral"),
        make_record(label="negative", text="not corrected"),
    )

    assert log.read() == [Correction("so late", "neutral", "negative")]


def test_hashes_are_joined_with_a_file_of_texts(
    log: Log, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log.write(
        make_record(label="negative", text_sha256=sha256("so late"), feedback_label="neutral"),
        make_record(label="negative", text_sha256=sha256("unknown"), feedback_label="neutral"),
    )
    texts = tmp_path / "texts.csv"
    texts.write_text("text\nso late\nanother\n", encoding="utf-8")

    corrections = log.read(texts)

    assert corrections == [Correction("so late", "neutral", "negative")]
    assert "1 corrections without their text are left out." in capsys.readouterr().err


def test_log_without_corrections_is_refused(log: Log) -> None:
    log.write(make_record(label="negative", text="not corrected"))

    with pytest.raises(CliError, match="The log holds no correction"):
        log.read()


def test_log_without_texts_is_refused(log: Log) -> None:
    log.write(make_record(label="negative", feedback_label="neutral"))

    with pytest.raises(CliError, match="None of the 1 corrections has its text: keep texts with"):
        log.read()


def test_log_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    source = CorrectionSource(
        file=None,
        result_log=f"sqlite:///{tmp_path / 'none.db'}",
        query=ResultQuery(),
        texts=None,
        reading=Reading(),
    )

    with pytest.raises(CliError, match="Nothing is recorded in"):
        read_corrections(source)


def test_file_of_an_export_gives_the_models_label_too(tmp_path: Path) -> None:
    path = tmp_path / "checked.csv"
    path.write_text("text,label,model_label\nso late,neutral,negative\nfine,positive,\n")
    source = CorrectionSource(
        file=LabelledFile(path=str(path)),
        result_log=None,
        query=ResultQuery(),
        texts=None,
        reading=Reading(),
    )

    assert read_corrections(source) == [
        Correction("so late", "neutral", "negative"),
        Correction("fine", "positive", ""),
    ]
