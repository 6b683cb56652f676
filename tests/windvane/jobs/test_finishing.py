"""The end of a job proves the counts, joins the results and numbers what was rejected."""

import csv
import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pyarrow import parquet

from tests.windvane.jobs.job_runs import (
    INPUT,
    OUTPUT,
    PoisonedClassifier,
    build_job,
    open_tiny,
    plan_job,
    read_results,
    run_job,
)
from tests.windvane.jobs.memory_storage import MemoryStorage
from windvane.inference.classifier import Classifier
from windvane.jobs.errors import JobInputError, PartsFailedError
from windvane.jobs.finishing import finish_job
from windvane.jobs.job import OutputFormat
from windvane.jobs.job_files import locate_summary, read_manifest, read_summary, write_json
from windvane.jobs.plan import PLAN_FILE, Part
from windvane.jobs.summaries import MAX_REASONS, OTHER_REASONS
from windvane.jobs.working import run_part

FOLDER = f"{OUTPUT}/run/"
OBJECTS = {
    "a.jsonl": b"".join(
        b'{"id": "%d", "text": "%s"}\n' % (number, b"good" if number % 3 else b"")
        for number in range(20)
    ),
    "b.jsonl": b'{"id": "=1+1", "text": "bad"}\nno json\n',
}


@pytest.fixture(scope="module")
def classifier(tiny_bundle: Path) -> Iterator[Classifier]:
    with open_tiny(tiny_bundle) as opened:
        yield opened


def run_parts(storage: MemoryStorage, parts: list[Part], *, but: tuple[int, ...] = ()) -> None:
    for part in parts:
        if part.number not in but:
            run_part(FOLDER, part, storage, lambda _: PoisonedClassifier())


def test_counts_are_proved(classifier: Classifier) -> None:
    storage, manifest = run_job(OBJECTS, build_job(id_column="id"), lambda _: classifier)

    assert (manifest.rows, manifest.answered, manifest.rejected) == (22, 14, 8)
    assert manifest.labels == {"positive": 13, "negative": 1}
    assert sum(manifest.reasons.values()) == 8
    assert len(read_results(storage, manifest)) == 22
    assert manifest.parts == len(manifest.results) > 10
    assert manifest.model.startswith("tiny@")
    assert manifest.input_bytes == sum(map(len, OBJECTS.values()))
    assert read_manifest(FOLDER, storage) == manifest


def test_rejects_have_the_lines_of_their_objects(classifier: Classifier) -> None:
    _, manifest = run_job(OBJECTS, build_job(), lambda _: classifier)

    places = [(row.name.removeprefix(INPUT), row.line) for row in manifest.rejected_rows]
    assert places == [*(("a.jsonl", number + 1) for number in range(0, 20, 3)), ("b.jsonl", 2)]


def test_reasons_are_bounded() -> None:
    lines = [b"a" + b",b" * number for number in range(1, 2 * MAX_REASONS)]
    content = b"text\n" + b"\n".join(lines)

    _, manifest = run_job(
        {"a.csv": content}, build_job(), lambda _: PoisonedClassifier(), part_bytes=2000
    )

    assert manifest.rejected == len(lines) == sum(manifest.reasons.values())
    assert manifest.reasons[OTHER_REASONS] > 1
    assert len(manifest.reasons) == MAX_REASONS + 1


def read_ids(storage: MemoryStorage, output_format: OutputFormat) -> list[tuple[Any, Any]]:
    content = storage.objects[f"{FOLDER}results.{output_format}"]
    if output_format == "jsonl":
        rows = [json.loads(line) for line in content.splitlines()]
    elif output_format == "csv":
        rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    else:
        rows = parquet.read_table(io.BytesIO(content)).to_pylist()
    return [(row.get("id") or None, row.get("label") or None) for row in rows]


@pytest.mark.parametrize("output_format", ["jsonl", "csv", "parquet"])
def test_joined_results_are_the_parts_in_order(
    classifier: Classifier, output_format: OutputFormat
) -> None:
    job = build_job(id_column="id", output_format=output_format, join=True)

    storage, manifest = run_job(OBJECTS, job, lambda _: classifier)

    formula = "'=1+1" if output_format == "csv" else "=1+1"
    assert manifest.results == (f"{FOLDER}results.{output_format}",)
    assert read_ids(storage, output_format) == [
        *((str(number), "positive" if number % 3 else None) for number in range(20)),
        (formula, "negative"),
        (None, None),
    ]


def test_table_has_a_column_for_each_score(classifier: Classifier) -> None:
    job = build_job(output_format="csv", join=True)

    storage, manifest = run_job({"a.txt": b"good\n\n"}, job, lambda _: classifier)

    [good, blank] = csv.DictReader(io.StringIO(storage.objects[manifest.results[0]].decode()))
    assert list(good) == [
        *("label", "score", "score_negative", "score_neutral", "score_positive"),
        *("language", "tokens", "windows", "error"),
    ]
    assert (good["label"], good["tokens"], good["error"]) == ("positive", "3", "")
    assert blank == dict.fromkeys(good, "") | {"error": "the text breaks a rule: not blank"}


@pytest.mark.parametrize("output_format", ["jsonl", "csv", "parquet"])
def test_labels_below_min_score_are_left_out_and_counted(output_format: OutputFormat) -> None:
    labels = []
    for min_score in (0.5, 0.500001):
        job = build_job(output_format=output_format, join=True, min_score=min_score)

        storage, manifest = run_job({"a.txt": b"good\n\n"}, job, lambda _: PoisonedClassifier())

        labels.append(read_ids(storage, output_format)[0][1])
        assert (manifest.rows, manifest.answered, manifest.rejected) == (2, 1, 1)
        assert (manifest.labels, manifest.unlabelled) == (
            ({"neutral": 1}, 0) if min_score == 0.5 else ({}, 1)
        )
    assert labels == ["neutral", None]


@pytest.mark.parametrize("output_format", ["csv", "parquet"])
def test_job_planned_by_an_earlier_version_keeps_its_columns(output_format: OutputFormat) -> None:
    job = build_job(output_format=output_format, join=True)
    storage, planned = plan_job(OBJECTS, job)
    plan = json.loads(storage.objects[f"{FOLDER}{PLAN_FILE}"])
    del plan["has_language"], plan["job"]["min_score"]
    storage.objects[f"{FOLDER}{PLAN_FILE}"] = json.dumps(plan).encode()
    run_parts(storage, planned.parts)

    manifest = finish_job(FOLDER, storage)

    joined = io.BytesIO(storage.objects[manifest.results[0]])
    columns = (
        joined.readline().decode().strip().split(",")
        if output_format == "csv"
        else parquet.read_schema(joined).names
    )
    assert columns == [
        *("label", "score", "score_negative", "score_neutral", "score_positive"),
        *("tokens", "windows", "error"),
    ]


def test_parts_that_failed_are_named() -> None:
    storage, planned = plan_job(OBJECTS, build_job())
    run_parts(storage, planned.parts, but=(1, 3))

    with pytest.raises(PartsFailedError, match=r"^2 of 15 parts have no summary: 1, 3\.$"):
        finish_job(FOLDER, storage)


def test_parts_that_failed_may_be_tolerated() -> None:
    storage, planned = plan_job(OBJECTS, build_job(tolerated_failure_percentage=14, join=True))
    run_parts(storage, planned.parts, but=(1, 3))

    manifest = finish_job(FOLDER, storage)

    assert [part.number for part in manifest.failed_parts] == [1, 3]
    assert (manifest.rows, manifest.parts) == (20, 13)
    assert [row.line for row in manifest.rejected_rows] == [1, 4, 7, 10, 13, 16, 19, 2]
    assert len(storage.objects[manifest.results[0]].splitlines()) == 20


def test_lines_are_not_known_behind_a_failed_part_that_is_gone() -> None:
    storage, planned = plan_job(OBJECTS, build_job(tolerated_failure_percentage=100))
    run_parts(storage, planned.parts, but=(0,))
    del storage.objects[f"{INPUT}a.jsonl"]

    manifest = finish_job(FOLDER, storage)

    assert manifest.rejected_rows[0].line == 2  # in the file it is 4


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"rows": 3}, "The counts of part 0 do not agree."),
        ({"labels": {"neutral": 3}}, "The counts of part 0 do not agree."),
        ({"unlabelled": 1}, "The counts of part 0 do not agree."),
        ({"number": 1}, "The counts of part 0 do not agree."),
        ({"lines": ()}, "The counts of part 0 do not agree."),
        ({"model": "other@2"}, "The parts have different models: other@2, poisoned@1."),
    ],
)
def test_counts_that_do_not_agree_are_refused(changes: dict[str, Any], sentence: str) -> None:
    storage, planned = plan_job(OBJECTS, build_job())
    run_parts(storage, planned.parts)
    summary = msgspec.structs.replace(read_summary(FOLDER, 0, storage), **changes)
    write_json(locate_summary(FOLDER, 0), summary, storage)

    with pytest.raises(PartsFailedError) as raised:
        finish_job(FOLDER, storage)

    assert str(raised.value) == sentence


def test_job_without_a_plan_cannot_end() -> None:
    with pytest.raises(JobInputError, match=f"{FOLDER}plan.json does not exist"):
        finish_job(FOLDER, MemoryStorage())


def test_file_that_is_no_plan_is_refused() -> None:
    storage = MemoryStorage({f"{FOLDER}plan.json": b'{"job_id": 1}'})

    with pytest.raises(JobInputError, match="is not a file that this version wrote"):
        finish_job(FOLDER, storage)


def read_archive(storage: MemoryStorage) -> list[dict[str, Any]]:
    content = storage.objects[f"{FOLDER}output/output.tar.gz"]
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        [name] = archive.getnames()
        file = archive.extractfile(name)
        assert name == "output"
        assert file is not None
        return [json.loads(line) for line in file]


def test_comprehend_layout_is_that_of_the_service(classifier: Classifier) -> None:
    objects = {"a.txt": b"good\n\nbad\nelse\n" * 3, "sub/b.txt": b"good"}

    storage, manifest = run_job(
        objects, build_job(layout="comprehend"), lambda _: classifier, part_bytes=10
    )

    records = read_archive(storage)
    assert [(record["File"], record["Line"]) for record in records] == [
        *(("a.txt", line) for line in range(12)),
        ("sub/b.txt", 0),
    ]
    assert records[0]["Sentiment"] == "POSITIVE"
    assert list(records[0]["SentimentScore"]) == ["Positive", "Negative", "Neutral", "Mixed"]
    assert records[1] == {
        "File": "a.txt",
        "Line": 1,
        "ErrorCode": "INVALID_DOCUMENT",
        "ErrorMessage": "the text breaks a rule: not blank",
    }
    assert manifest.results[0] == f"{FOLDER}output/output.tar.gz"


def test_comprehend_layout_names_files_below_the_folder_of_a_prefix(
    classifier: Classifier,
) -> None:
    objects = {"re-1.txt": b"good\n", "re/2.txt": b"bad\n", "other.txt": b"good\n"}
    job = build_job(input=f"{INPUT}re", is_prefix=True, layout="comprehend", format="text")

    storage, _ = run_job(objects, job, lambda _: classifier)

    assert [record["File"] for record in read_archive(storage)] == ["re-1.txt", "re/2.txt"]


def test_comprehend_layout_of_documents_has_no_lines(classifier: Classifier) -> None:
    job = build_job(layout="comprehend", format="document")

    storage, _ = run_job({"a.txt": b"good\nday\n", "b.txt": b"bad"}, job, lambda _: classifier)

    assert [(row["File"], row["Sentiment"]) for row in read_archive(storage)] == [
        ("a.txt", "POSITIVE"),
        ("b.txt", "NEGATIVE"),
    ]
    assert all("Line" not in row for row in read_archive(storage))


def test_comprehend_layout_counts_the_lines_of_failed_parts() -> None:
    job = build_job(layout="comprehend", tolerated_failure_percentage=50)
    storage, planned = plan_job({"a.txt": b"good\n" * 9}, job, part_bytes=15)
    run_parts(storage, planned.parts, but=(1,))

    finish_job(FOLDER, storage)

    assert [record["Line"] for record in read_archive(storage)] == [0, 1, 2, 6, 7, 8]
