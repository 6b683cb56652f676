"""A job is refused before anything is classified; or it is cut into parts."""

import gzip
import io
import json
import sys
from typing import Any

import pytest

from tests.windvane.jobs.job_runs import INPUT, OUTPUT, build_job, plan_job
from tests.windvane.jobs.memory_storage import MemoryStorage
from windvane.jobs.errors import JobError, JobFieldError, JobInputError, JobOutputError
from windvane.jobs.job_files import read_parts, read_plan
from windvane.jobs.line_cuts import MAX_ROW_BYTES
from windvane.jobs.packing import pack_pieces
from windvane.jobs.plan import MAX_PIECES, Part, Piece
from windvane.jobs.planning import (
    FUNCTION_LIMITS,
    MAX_PART_BYTES,
    MIN_PART_BYTES,
    PlanLimits,
    make_plan,
)

ROW = b'{"id": 1, "text": "good"}\n'
CSV = b"id,text\n1,good\n"
PDF = b"%PDF-1.7\n"
BINARY = bytes(range(32)) * 40
CP1252 = "text\nsch\u00f6n und gro\u00df\n".encode("cp1252")


@pytest.mark.parametrize(
    ("objects", "fields", "sentence"),
    [
        ({}, {}, f"There is no object below {INPUT}"),
        ({}, {"input": f"{INPUT}a.jsonl"}, f"{INPUT}a.jsonl does not exist."),
        ({"a.jsonl": b""}, {}, f"{INPUT} is empty"),
        ({"a.jsonl": b"\n \n"}, {}, f"{INPUT} is empty"),
        ({"a.csv": b"\n"}, {}, "is empty; a CSV file begins with the names of its columns"),
        ({"a.xyz": b"good\n"}, {}, "Cannot tell the format of s3://texts/in/a.xyz"),
        ({"a.txt": PDF}, {}, f"{INPUT}a.txt is a PDF, not a text file."),
        ({"a.txt": BINARY}, {}, "is a binary file"),
        ({"a.txt": b"good\n", "b.txt": BINARY}, {}, f"{INPUT}b.txt is a binary file"),
        ({"a.jsonl": ROW}, {"text_column": "body"}, 'a.jsonl has no column "body".'),
        ({"a.jsonl": ROW}, {"id_column": "key"}, 'a.jsonl has no column "key".'),
        ({"a.jsonl": ROW, "b.jsonl": b'{"x": 1}\n'}, {}, 'b.jsonl has no column "text".'),
        ({"a.csv": CSV}, {"text_column": "body"}, 'a.csv has no column "body".'),
        ({"a.csv": CSV}, {"text_column": "3"}, 'a.csv has no column "3".'),
        ({"a.csv": CSV}, {"id_column": "key"}, 'a.csv has no column "key".'),
        ({"a.csv": CSV, "b.csv": b"id,x\n"}, {}, 'b.csv has no column "text".'),
        ({"a.csv": b"text,text\n"}, {}, 'names the column "text" twice'),
        ({"a.csv": CSV, "b.jsonl": ROW}, {}, "b.jsonl has the format jsonl, and"),
        ({"a.csv": CSV, "b.csv": b"id;text\n1;a\n"}, {}, "b.csv has the delimiter ';', and"),
        ({"a.csv": b"text\n\xc3\xb6\n", "b.csv": CP1252}, {}, "b.csv has the encoding cp1252, and"),
        ({"a.jsonl.gz": b"\x1f\x8b\x08damaged"}, {}, "a.jsonl.gz is damaged or cut off"),
        ({"a.jsonl": b"good\n" * 1000}, {}, "None of the first 1,000 rows"),
        ({"a.json": b"["}, {}, "is not a JSON array"),
        ({"a.txt": b"a\n"}, {"id_column": "id"}, "id_column: none, where the format is text"),
        ({"a.jsonl": ROW}, {"layout": "comprehend"}, "layout: parts, where the format is jsonl"),
        (
            {"a.txt": b"a\n"},
            {"layout": "comprehend", "min_score": 0.5},
            "min_score: 0, where the layout is comprehend",
        ),
        ({"a.jsonl": ROW}, {"encoding": "base64"}, "encoding: there is no such encoding"),
        ({"a.csv": CSV}, {"delimiter": '"'}, "delimiter: a delimiter is one character"),
        ({"a.txt": b"PAR1"}, {"format": "document"}, "a.txt is a file of parquet, not a document."),
    ],
)
def test_bad_input_is_refused(
    objects: dict[str, bytes], fields: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(JobError) as raised:
        plan_job(objects, build_job(**fields))

    assert isinstance(raised.value, JobInputError | JobFieldError)
    assert sentence in str(raised.value)
    assert "--" not in str(raised.value)


@pytest.mark.parametrize(("job_format", "package"), [("xlsx", "openpyxl"), ("parquet", "pyarrow")])
def test_format_whose_package_is_missing_is_refused(
    monkeypatch: pytest.MonkeyPatch, job_format: str, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    start = {"xlsx": b"PK\x03\x04", "parquet": b"PAR1"}[job_format]

    with pytest.raises(JobInputError, match=f"a file of {job_format}, which cannot be read here"):
        plan_job({f"a.{job_format}": start}, build_job())


def test_output_format_whose_package_is_missing_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    with pytest.raises(JobFieldError, match="output_format: jsonl or csv"):
        plan_job({"a.jsonl": ROW}, build_job(output_format="parquet"))


def test_output_inside_the_input_is_refused() -> None:
    with pytest.raises(JobFieldError, match="output: not inside the input"):
        build_job(output=f"{INPUT}results")


@pytest.mark.parametrize("output", ["s3://results/b", "s3://results/bc", "s3://results/b/c"])
def test_output_that_begins_as_a_prefix_is_refused(output: str) -> None:
    with pytest.raises(JobFieldError, match="output: not inside the input"):
        build_job(input="s3://results/b", is_prefix=True, output=output)


def test_prefix_is_read_without_a_slash() -> None:
    objects = {"re.jsonl": ROW, "re/2.jsonl": ROW, "other.jsonl": ROW}

    _, planned = plan_job(objects, build_job(input=f"{INPUT}re", is_prefix=True))

    names = [piece.name for part in planned.parts for piece in part.pieces]
    assert sorted({*names}) == [f"{INPUT}re.jsonl", f"{INPUT}re/2.jsonl"]
    with pytest.raises(JobInputError, match="no object that begins with s3://texts/in/none"):
        plan_job(objects, build_job(input=f"{INPUT}none", is_prefix=True))


def test_refusal_does_not_repeat_the_first_row() -> None:
    with pytest.raises(JobInputError) as raised:
        plan_job({"a.csv": b"1,what a secret\n2,b\n"}, build_job())

    assert "secret" not in str(raised.value)


def test_row_that_is_too_long_is_refused_where_a_cut_would_be() -> None:
    with pytest.raises(JobInputError, match="a row of more than 10 MB at byte"):
        plan_job(
            {"a.txt": b"good\n" + b"a" * (2 * MAX_ROW_BYTES + 10)},
            build_job(),
            part_bytes=MAX_ROW_BYTES,
        )


def test_folder_of_another_job_is_refused() -> None:
    storage, planned = plan_job({"a.jsonl": ROW}, build_job())

    with pytest.raises(JobOutputError, match=f"^{OUTPUT}/run/ exists already"):
        make_plan(build_job(join=True), "run", storage, "bundle")
    storage.objects[f"{planned.plan.folder}parts/part-00000.jsonl"] = b""
    with pytest.raises(JobOutputError, match="exists already"):
        make_plan(build_job(), "run", storage, "bundle")


def test_job_that_was_planned_and_no_more_is_planned_again() -> None:
    storage, planned = plan_job({"a.jsonl": ROW}, build_job())

    again = make_plan(build_job(), "run", storage, "bundle")

    assert again.parts == planned.parts


def test_plan_and_parts_are_written() -> None:
    storage, planned = plan_job({"a.jsonl": ROW * 9, "b.jsonl": ROW}, build_job())

    assert read_plan(f"{OUTPUT}/run/", storage) == planned.plan
    assert read_parts(f"{OUTPUT}/run/", storage) == planned.parts
    assert planned.plan.part_count == len(planned.parts)
    assert planned.plan.object_count == 2
    assert planned.plan.total_bytes == 10 * len(ROW)
    assert [part.number for part in planned.parts] == list(range(len(planned.parts)))


def test_headers_that_differ_are_read_from_each_object() -> None:
    _, same = plan_job({"a.csv": CSV, "b.csv": CSV}, build_job())
    _, other = plan_job({"a.csv": CSV, "b.csv": b"text,id\ngood,1\n"}, build_job())

    assert same.plan.header == ("id", "text")
    assert other.plan.header == ()


def test_number_is_a_column_where_no_header_has_it() -> None:
    _, numbered = plan_job({"a.csv": b"1,good\n2,bad\n"}, build_job(text_column="2"))
    _, named = plan_job({"a.csv": b"1,2\n3,bad\n"}, build_job(text_column="2"))

    assert numbered.plan.header == ("1", "2")
    assert named.plan.header == ("1", "2")
    assert numbered.parts[0].pieces[0].start == named.parts[0].pieces[0].start == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl.gz", gzip.compress(ROW * 50)),
        ("a.csv", "text\ngood\n".encode("utf-16") * 20),
        ("a.txt", b"good\r" * 50),
        ("a.json", json.dumps(["good"] * 50).encode()),
    ],
    ids=["gzip", "utf-16", "returns", "array"],
)
def test_object_that_cannot_be_cut_is_one_piece(name: str, content: bytes) -> None:
    _, planned = plan_job({name: content}, build_job(), part_bytes=10)

    [part] = planned.parts
    [piece] = part.pieces
    assert (piece.start, piece.end) == (0, len(content))


def test_object_that_cannot_be_cut_may_be_bounded() -> None:
    packed = gzip.compress(ROW * 1000)
    storage = MemoryStorage({f"{INPUT}a.jsonl.gz": packed})

    with pytest.raises(JobInputError, match=r"a\.jsonl\.gz holds about 0 MB and cannot be cut"):
        make_plan(build_job(), "run", storage, "bundle", PlanLimits(max_whole_bytes=10_000))
    make_plan(build_job(), "run", storage, "bundle", FUNCTION_LIMITS)


def test_small_objects_share_a_part() -> None:
    objects = {f"{number:04}.txt": b"good\n" for number in range(1200)}

    _, planned = plan_job(objects, build_job(), part_bytes=10_000)

    assert [len(part.pieces) for part in planned.parts] == [MAX_PIECES, MAX_PIECES, 200]


def test_names_of_a_part_fit_into_a_state() -> None:
    pieces = [(Piece(f"{number:01000}", 0, 1, "etag"), 1.0) for number in range(MAX_PIECES)]

    parts = pack_pieces(pieces, 10_000)

    assert all(sum(len(piece.name) for piece in part.pieces) <= 200_000 for part in parts)
    assert [piece for part in parts for piece in part.pieces] == [piece for piece, _ in pieces]


def test_too_many_parts_are_refused() -> None:
    pieces = [(Piece("a", number, number + 1, "etag"), 1.0) for number in range(10_001)]

    with pytest.raises(JobInputError, match=r"10,001 parts, and a job has at most 10,000"):
        pack_pieces(pieces, 1)


def test_parts_grow_with_the_input() -> None:
    limits = PlanLimits()

    assert limits.choose_part_bytes(1) == MIN_PART_BYTES
    assert limits.choose_part_bytes(5 * 10**10) == 10**7
    assert limits.choose_part_bytes(10**15) == MAX_PART_BYTES


def test_parts_of_a_large_file_are_about_the_same() -> None:
    stream = io.BytesIO()
    for number in range(2000):
        stream.write(json.dumps({"text": "good " * (number % 30)}).encode() + b"\n")

    _, planned = plan_job({"a.jsonl": stream.getvalue()}, build_job(), part_bytes=10_000)

    sizes = [part.pieces[0].end - part.pieces[0].start for part in planned.parts]
    assert len(planned.parts) == -(-len(stream.getvalue()) // 10_000)
    assert max(sizes) < 11_000
    assert isinstance(planned.parts[0], Part)
