"""A part's rows are answered or rejected, each once; results come first, then the summary."""

import gzip
import io
import json
import tracemalloc
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest

from tests.windvane.jobs.job_runs import (
    INPUT,
    POISON,
    PoisonedClassifier,
    build_job,
    open_tiny,
    plan_job,
    read_results,
    run_job,
)
from windvane.inference.classifier import Classifier
from windvane.inference.predictions import Prediction
from windvane.jobs import object_stream
from windvane.jobs.errors import InputChangedError, JobFieldError, StorageError
from windvane.jobs.folder_storage import FolderStorage
from windvane.jobs.job_files import list_done, read_summary
from windvane.jobs.planning import make_plan
from windvane.jobs.summaries import RejectedRow
from windvane.jobs.working import CANNOT_RUN, run_part

ROWS: list[dict[str, Any]] = [
    {"id": 7, "text": "good"},
    {"id": "x", "text": "so bad"},
    {"id": None, "text": "else"},
]
JSON_LINES = "".join(json.dumps(row) + "\n" for row in ROWS).encode()
LABELS = ["positive", "negative", "neutral"]


@pytest.fixture(scope="module")
def classifier(tiny_bundle: Path) -> Iterator[Classifier]:
    with open_tiny(tiny_bundle) as opened:
        yield opened


def build_workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in [("id", "text"), *((row["id"], row["text"]) for row in ROWS)]:
        book.worksheets[0].append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", JSON_LINES),
        ("a.jsonl.gz", gzip.compress(JSON_LINES)),
        ("a.json", json.dumps(ROWS).encode()),
        ("a.csv", b"id,text\n7,good\nx,so bad\n,else\n"),
        ("a.csv", "id;text\r\n7;good\r\nx;so bad\r\n;else\r\n".encode("utf-16")),
        ("a.csv", b"sep=|\nid|text\n7|good\nx|so bad\n|else\n"),
        ("a.csv", b"id,text\r7,good\rx,so bad\r,else\r"),
        ("a.xlsx", build_workbook()),
    ],
    ids=["jsonl", "gzip", "json", "csv", "utf-16", "separator", "returns", "xlsx"],
)
def test_rows_of_any_format_are_answered_with_their_id(
    classifier: Classifier, name: str, content: bytes
) -> None:
    job = build_job(id_column="id")

    storage, manifest = run_job({name: content}, job, lambda _: classifier, part_bytes=20)

    results = read_results(storage, manifest)
    assert [result["label"] for result in results] == LABELS
    assert [str(result["id"] or "") for result in results] == ["7", "x", ""]
    assert manifest.answered == manifest.rows == 3
    assert manifest.labels == dict.fromkeys(LABELS, 1)


def test_result_has_all_scores(classifier: Classifier) -> None:
    storage, manifest = run_job({"a.txt": b"good\n"}, build_job(), lambda _: classifier)

    [result] = read_results(storage, manifest)
    assert list(result) == ["label", "score", "scores", "language", "tokens", "windows"]
    assert result["scores"].keys() == {"negative", "neutral", "positive"}
    assert result["score"] == result["scores"]["positive"] == pytest.approx(1, abs=1e-3)
    assert (result["language"], result["tokens"], result["windows"]) == (None, 3, 1)


def test_result_has_the_language_of_the_model() -> None:
    class EnglishClassifier(PoisonedClassifier):
        def classify(self, texts: Sequence[str]) -> list[Prediction]:
            return [
                msgspec.structs.replace(each, language="en") for each in super().classify(texts)
            ]

    storage, manifest = run_job({"a.txt": b"good\n"}, build_job(), lambda _: EnglishClassifier())

    assert [row["language"] for row in read_results(storage, manifest)] == ["en"]


def test_headerless_csv_is_read_by_column_numbers(classifier: Classifier) -> None:
    job = build_job(text_column="2", id_column="1")

    storage, manifest = run_job(
        {"a.csv": b"7,good\n8,bad\n9,\n"}, job, lambda _: classifier, part_bytes=8
    )

    assert [(row["id"], row.get("label")) for row in read_results(storage, manifest)] == [
        ("7", "positive"),
        ("8", "negative"),
        ("9", None),
    ]
    assert manifest.parts > 1


def test_columns_may_differ_between_files(classifier: Classifier) -> None:
    objects = {"a.csv": b"id,text\n1,good\n2,bad\n", "b.csv": b"text,id\ngood,3\nbad,4\n"}

    storage, manifest = run_job(
        objects, build_job(id_column="id"), lambda _: classifier, part_bytes=8
    )

    assert [row["id"] for row in read_results(storage, manifest)] == ["1", "2", "3", "4"]
    assert manifest.labels == {"positive": 2, "negative": 2}


def test_documents_are_a_text_each(classifier: Classifier) -> None:
    objects = {"a/1.txt": b"good\nand bad\n", "b.txt": b"", "c": "\ufeffbad".encode("utf-16")}

    storage, manifest = run_job(objects, build_job(format="document"), lambda _: classifier)

    results = read_results(storage, manifest)
    assert [result["id"] for result in results] == ["a/1.txt", "b.txt", "c"]
    assert results[1]["error"] == "the text breaks a rule: not blank"
    assert results[2]["label"] == "negative"


def test_bad_row_is_rejected_by_place_and_reason(classifier: Classifier) -> None:
    objects = {
        "a.jsonl": JSON_LINES + b'{"id": 1, "text": ""}\n{"id": 2}\n\nno json\n' + JSON_LINES,
        "b.jsonl": b'{"id": 3, "text": "good"}\n7\n',
    }

    storage, manifest = run_job(objects, build_job(id_column="id"), lambda _: classifier)

    results = read_results(storage, manifest)
    assert [result.get("id") for result in results] == [
        *(7, "x", None, 1, 2, None, 7, "x", None, 3, None)
    ]
    assert [(row.name.removeprefix(INPUT), row.line) for row in manifest.rejected_rows] == [
        ("a.jsonl", 4),
        ("a.jsonl", 5),
        ("a.jsonl", 7),
        ("b.jsonl", 2),
    ]
    errors = [result["error"] for result in results if "error" in result]
    assert errors == [row.reason for row in manifest.rejected_rows]
    assert sum(manifest.reasons.values()) == 4
    assert errors[2].endswith(" at character 1")
    assert errors[2].removesuffix(" at character 1") in manifest.reasons
    assert (manifest.rows, manifest.answered, manifest.rejected) == (11, 7, 4)


def test_text_that_the_model_cannot_run_is_rejected_alone() -> None:
    content = f"one\n{POISON}\nthree\n".encode()

    storage, manifest = run_job({"a.txt": content}, build_job(), lambda _: PoisonedClassifier())

    assert [row.get("label") for row in read_results(storage, manifest)] == [
        "neutral",
        None,
        "neutral",
    ]
    assert manifest.rejected_rows == (RejectedRow(f"{INPUT}a.txt", 2, CANNOT_RUN),)


def test_gzip_that_is_cut_off_ends_with_a_reject(classifier: Classifier) -> None:
    lines = "".join(f"good {number * 7919 % 10_007}\n" for number in range(60_000))
    packed = gzip.compress(lines.encode())

    storage, manifest = run_job(
        {"a.txt.gz": packed[:-1000], "b.txt.gz": gzip.compress(b"bad\n")},
        build_job(),
        lambda _: PoisonedClassifier(),
    )

    results = read_results(storage, manifest)
    assert manifest.rejected == 1
    assert "gzip cannot unpack it" in manifest.rejected_rows[0].reason
    assert manifest.rejected_rows[0].line == manifest.rows - 1
    assert len(results) == manifest.rows > 40_000
    assert "label" in results[-1]


def test_reason_names_the_field_of_the_job(classifier: Classifier) -> None:
    _, manifest = run_job({"a.txt": b"good\n\xff\n"}, build_job(), lambda _: classifier)

    [rejected] = manifest.rejected_rows
    assert rejected.reason.endswith("name the encoding with encoding, such as cp1252")


@pytest.mark.parametrize("output_format", ["jsonl", "csv", "parquet"])
def test_part_that_is_run_twice_has_the_same_bytes(
    classifier: Classifier, output_format: str
) -> None:
    job = build_job(id_column="id", output_format=output_format)
    storage, planned = plan_job({"a.jsonl": JSON_LINES}, job, part_bytes=1000)
    [part] = planned.parts

    run_part(planned.plan.folder, part, storage, lambda _: classifier)
    first = dict(storage.objects)
    run_part(planned.plan.folder, part, storage, lambda _: classifier)

    results = f"{planned.plan.folder}parts/part-00000.{output_format}"
    assert storage.objects[results] == first[results]


def test_summary_is_written_last(classifier: Classifier) -> None:
    storage, planned = plan_job({"a.jsonl": JSON_LINES}, build_job(), part_bytes=1000)
    folder = planned.plan.folder
    storage.refused = ("summaries/",)

    with pytest.raises(StorageError):
        run_part(folder, planned.parts[0], storage, lambda _: classifier)
    done_when_killed = list_done(folder, storage)
    storage.refused = ()
    summary = run_part(folder, planned.parts[0], storage, lambda _: classifier)

    assert done_when_killed == set()
    assert list_done(folder, storage) == {0}
    assert read_summary(folder, 0, storage) == summary
    assert summary.output_bytes == len(storage.objects[f"{folder}parts/part-00000.jsonl"])
    assert summary.model.startswith("tiny@")


def measure_peak(folder: Path, rows: int) -> int:
    """Return the peak of the memory that Python allocates while a part runs, in bytes."""
    storage = FolderStorage()
    folder.mkdir()
    (folder / "in.jsonl").write_bytes(b'{"id": 1, "text": "good"}\n' * rows)
    job = build_job(input=f"{folder}/in.jsonl", output=f"{folder}/out")
    planned = make_plan(job, "run", storage, "bundle")
    tracemalloc.start()
    try:
        run_part(planned.plan.folder, planned.parts[0], storage, lambda _: PoisonedClassifier())
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("FIRST_BLOCK_BYTES", "LARGEST_BLOCK_BYTES"):
        monkeypatch.setattr(object_stream, name, 2**14)

    few = measure_peak(tmp_path / "few", 1_000)
    many = measure_peak(tmp_path / "many", 10_000)

    assert many < few + 2**17


def change(storage: Any, name: str) -> None:
    storage.objects[name] += b'"more"\n'


def delete(storage: Any, name: str) -> None:
    del storage.objects[name]


@pytest.mark.parametrize("fault", [change, delete])
def test_input_that_is_not_as_planned_fails_the_part(classifier: Classifier, fault: Any) -> None:
    storage, planned = plan_job({"a.jsonl": JSON_LINES}, build_job())
    fault(storage, f"{INPUT}a.jsonl")

    with pytest.raises(InputChangedError, match=f"{INPUT}a.jsonl was"):
        run_part(planned.plan.folder, planned.parts[0], storage, lambda _: classifier)

    assert list_done(planned.plan.folder, storage) == set()


def test_comprehend_layout_needs_sentiments() -> None:
    classifier = PoisonedClassifier(labels=("spam", "ham"))
    storage, planned = plan_job({"a.txt": b"good\n"}, build_job(layout="comprehend"))

    with pytest.raises(JobFieldError, match="the labels of the model are no sentiments"):
        run_part(planned.plan.folder, planned.parts[0], storage, lambda _: classifier)


def test_bundle_of_the_plan_is_opened(classifier: Classifier) -> None:
    opened = []
    storage, planned = plan_job({"a.txt": b"good\n"}, build_job())

    def open_bundle(uri: str) -> Classifier:
        opened.append(uri)
        return classifier

    run_part(planned.plan.folder, planned.parts[0], storage, open_bundle)

    assert opened == ["bundle"]
