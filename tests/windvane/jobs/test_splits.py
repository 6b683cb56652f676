"""Any split of any bytes gives each row once, in order, as the whole file is read."""

import csv
import io
import json
from collections import deque

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tests.windvane.jobs.memory_storage import MemoryStorage
from windvane.jobs.csv_cuts import CsvCutter
from windvane.jobs.errors import JobInputError
from windvane.jobs.job import Job
from windvane.jobs.piece_reader import PieceReader
from windvane.jobs.planning import PlanLimits, PlannedJob, make_plan
from windvane.rows.csv_reader import read_csv_records
from windvane.rows.delimiters import DELIMITERS
from windvane.rows.errors import InputFileError
from windvane.rows.file_formats import FileFormat
from windvane.rows.file_reader import read_texts
from windvane.rows.lines import Lines
from windvane.rows.reading import Reading
from windvane.rows.row import Record, Row

NAME = "s3://texts/in"
LINE_ENDS = ("\n", "\r\n")
LINES = st.one_of(
    st.text("ab \u00e4\u2028\x00\t", max_size=12),
    st.text("ab", min_size=70, max_size=90),  # longer than a part
    st.just("\ufeffa"),
    st.just(""),
)
JSON_LINES = st.one_of(
    st.fixed_dictionaries({"text": st.text(max_size=8), "id": st.integers()}).map(json.dumps),
    LINES,
)
CSV_TEXTS = st.text('ab,;"\n\r \u00e4', max_size=60)
CELLS = st.text('ab,;"\n\r\u00e4', max_size=12).map("a{}".format)


def plan_object(content: bytes, job_format: FileFormat, part_bytes: int) -> PlannedJob:
    storage = MemoryStorage({NAME: content})
    job = Job(input=NAME, output="s3://results", format=job_format)
    return make_plan(job, "split", storage, "bundle", PlanLimits(part_bytes=part_bytes))


def read_pieces(content: bytes, planned: PlannedJob) -> list[Record]:
    """Read the pieces in order, and number their rows as in the whole file."""
    storage = MemoryStorage({NAME: content})
    records: list[Record] = []
    lines_before = 0
    for part in planned.parts:
        for piece in part.pieces:
            reader = PieceReader(piece, planned.plan, storage)
            records += [move(record, lines_before) for record in reader.read()]
            lines_before += reader.lines
    return records


def move(record: Record, lines: int) -> Record:
    if isinstance(record, Row):
        return Row(record.line + lines, record.text, record.columns)
    return type(record)(record.line + lines, record.reason, record.columns)


def describe(record: Record) -> tuple[object, ...]:
    """Leave out the reasons: where a quote is never closed, they say where the reader gave up."""
    if isinstance(record, Row):
        return record.line, record.text, record.columns
    return record.line, None


def read_whole(content: bytes, job_format: FileFormat) -> list[Record]:
    reading = Reading(file_format=job_format)
    try:
        return list(read_texts(io.BytesIO(content), reading).records)
    except InputFileError:
        assume(False)  # the plan refuses it too, as another test shows
        raise


def check_pieces(content: bytes, job_format: FileFormat, part_bytes: int) -> None:
    whole = read_whole(content, job_format)
    planned = plan_object(content, job_format, part_bytes)
    pieces = [piece for part in planned.parts for piece in part.pieces]

    assert [piece.start for piece in pieces] == [0, *(piece.end for piece in pieces[:-1])]
    assert pieces[-1].end == len(content)
    assert list(map(describe, read_pieces(content, planned))) == list(map(describe, whole))


@settings(deadline=None)
@given(
    st.lists(st.tuples(LINES, st.sampled_from(LINE_ENDS)), min_size=1),
    st.integers(1, 60),
    st.booleans(),
)
def test_text_in_pieces_is_read_as_the_whole(
    lines: list[tuple[str, str]], part_bytes: int, ends: bool
) -> None:
    text = "".join(f"{line}{end}" for line, end in lines)

    check_pieces((text if ends else text.rstrip("\r\n")).encode(), "text", part_bytes)


@settings(deadline=None)
@given(
    st.lists(st.tuples(JSON_LINES, st.sampled_from(LINE_ENDS)), min_size=1),
    st.integers(1, 80),
    st.booleans(),
)
def test_json_lines_in_pieces_are_read_as_the_whole(
    lines: list[tuple[str, str]], part_bytes: int, ends: bool
) -> None:
    text = '{"text": "a"}\n' + "".join(f"{line}{end}" for line, end in lines)

    check_pieces((text if ends else text.rstrip("\r\n")).encode(), "jsonl", part_bytes)


@settings(deadline=None)
@given(
    st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8),
    st.sampled_from(DELIMITERS),
    st.sampled_from(LINE_ENDS),
    st.sampled_from(("utf-8", "utf-8-sig", "cp1252")),
    st.integers(1, 60),
)
def test_csv_in_pieces_is_read_as_the_whole(
    rows: list[tuple[str, str]], delimiter: str, line_end: str, encoding: str, part_bytes: int
) -> None:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=line_end)
    writer.writerows([("text", "other"), *rows])

    check_pieces(stream.getvalue().encode(encoding), "csv", part_bytes)


@settings(deadline=None)
@example('"', 5)
@example('a"\n"b\n', 1)
@example('"a\nb"c\n"d\ne",f\n', 1)
@example('"a\nb",c\rd,"e\n","\nb,c\n', 1)
@given(CSV_TEXTS, st.integers(1, 40))
def test_csv_with_stray_quotes_in_pieces_is_read_as_the_whole(text: str, part_bytes: int) -> None:
    check_pieces(f"text,b\na,b\n{text}".encode(), "csv", part_bytes)


@settings(deadline=None)
@given(CSV_TEXTS.map(str.encode), st.integers(1, 20), st.sampled_from((",", ";", "\u00e4")))
def test_csv_is_cut_where_the_reader_begins_a_row(
    content: bytes, block_bytes: int, delimiter: str
) -> None:
    lines = Lines(io.BytesIO(content))
    starts = [0]
    for line in content.split(b"\n"):
        starts.append(starts[-1] + len(line) + 1)
    rows = {starts[record.line - 1] for record in read_csv_records(lines, delimiter)}
    targets = deque(range(len(content) + 1))

    cutter = CsvCutter(io.BytesIO(content), delimiter, targets, block_bytes=block_bytes)
    cuts = cutter.run(0)

    assert set(cuts) - {len(content)} == rows - {0} | ({0} & set(cuts))


@pytest.mark.parametrize("job_format", ["text", "jsonl", "csv"])
@settings(deadline=None)
@given(st.text('text,"{}[]\n\r:', max_size=40))
def test_plan_refuses_what_the_reader_refuses(job_format: FileFormat, text: str) -> None:
    content = text.encode()
    try:
        list(read_texts(io.BytesIO(content), Reading(file_format=job_format)).records)
    except InputFileError:
        with pytest.raises(JobInputError):
            plan_object(content, job_format, 10)
    else:
        plan_object(content, job_format, 10)
