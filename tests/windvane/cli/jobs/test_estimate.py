"""What a job is estimated to cost, and the size of its input that this is estimated by."""

import gzip
import json
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.pages import PAGES
from windvane.cli.jobs.estimate import (
    SECONDS_BY_CHARS,
    WorkFunction,
    estimate_job,
    seconds_for,
)
from windvane.cli.jobs.input_facts import InputFacts, read_input_facts
from windvane.facts import MEMORY_MB_PER_VCPU
from windvane.jobs.folder_storage import FolderStorage
from windvane.jobs.job import Job
from windvane.jobs.planning import FUNCTION_LIMITS, make_plan

MEASURED = REPOSITORY / "benchmarks" / "results" / "cost.json"
LARGEST_REQUESTS = {("tweet", 100), ("review", 100), ("long", 25)}
FUNCTION = WorkFunction(memory_mb=MEMORY_MB_PER_VCPU, architecture="arm64", concurrency=10)
TWEETS = InputFacts(objects=1, total_bytes=100_000_000, rows=1_000_000, text_chars=87)
ROWS = 20_000
TEXT = "good and bad, all at once"


def write_rows(folder: Path, name: str) -> None:
    """Write `ROWS` rows in the format of the name."""
    lines = {
        "csv": "id,text\n" + "".join(f'{number},"{TEXT}"\n' for number in range(ROWS)),
        "jsonl": f"{json.dumps({'text': TEXT})}\n" * ROWS,
        "txt": f"{TEXT}\n" * ROWS,
        "json": json.dumps([TEXT] * ROWS),
    }
    content = lines[name.split(".")[1]]
    encoding = "utf-16" if "utf16" in name else "utf-8"
    packed = gzip.compress(content.encode()) if name.endswith(".gz") else content.encode(encoding)
    (folder / name).write_bytes(packed)


def test_estimate_has_the_measured_seconds() -> None:
    cases = json.loads(MEASURED.read_text(encoding="utf-8"))["measured"]["cases"]
    largest = [
        (case["text_chars"], case["billed_ms"] / case["texts"] / 1000)
        for case in cases
        if case["memory_mb"] == MEMORY_MB_PER_VCPU
        and (case["length"], case["texts"]) in LARGEST_REQUESTS
    ]

    assert [pytest.approx(point, rel=0.01) for point in largest] == list(SECONDS_BY_CHARS)


@pytest.mark.parametrize(
    ("chars", "seconds"),
    [(87, 0.00207), (522, 0.00707), (304.5, 0.00457), (3232, 0.0601), (5942, 0.1131)],
)
def test_seconds_lie_on_straight_lines(chars: float, seconds: float) -> None:
    assert seconds_for(chars) == pytest.approx(seconds, rel=0.01)


def test_seconds_of_the_shortest_text_are_more_than_none() -> None:
    assert seconds_for(0) > 0


def test_a_million_tweets_cost_what_their_seconds_cost() -> None:
    estimate = estimate_job(TWEETS, FUNCTION)

    assert estimate
    seconds = 1_000_000 * 0.00207 + 0.5
    assert estimate.lambda_usd == pytest.approx(seconds * 1769 / 1024 * 0.0000133334, rel=0.001)
    assert estimate.parts == 24
    assert estimate.step_functions_usd == pytest.approx((2 * 24 + 4) * 25e-6)
    assert estimate.seconds == pytest.approx(10.5 + 2070 / 10, rel=0.001)
    assert estimate.usd < 0.10
    assert list(estimate.describe()) == [
        "About 1,000,000 rows (100 MB, objects: 1), 24 parts, 10 at once: about 4 minutes.",
        "About $0.05: Lambda $0.05, Step Functions less than $0.01, S3 less than $0.01 (list "
        "prices of us-east-1, 2026-11, without storage).",
    ]


@pytest.mark.parametrize(
    ("names", "content"),
    [
        (["a.txt"], b"ok\n" * 3_000_000),
        (["a.txt"], f"{TEXT}\n".encode() * 400_000),
        (["a.txt.gz"], gzip.compress(b"good morning to you all\n" * 200_000)),
        ([f"{number}.txt" for number in range(1200)], b"good\n"),
    ],
    ids=["short rows", "usual rows", "packed", "many objects"],
)
def test_estimate_has_the_parts_of_the_plan(
    tmp_path: Path, names: list[str], content: bytes
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in names:
        (folder / name).write_bytes(content)
    job = Job(input=f"{folder}/", output=str(tmp_path / "out"))

    planned = make_plan(job, "job", FolderStorage(), "bundle", FUNCTION_LIMITS)
    estimate = estimate_job(read_input_facts(job, FolderStorage()), FUNCTION)

    assert estimate
    assert estimate.parts == len(planned.parts)


def test_page_shows_an_estimate_as_it_is_written() -> None:
    facts = InputFacts(objects=12, total_bytes=96_000_000, rows=1_000_000, text_chars=87)

    estimate = estimate_job(facts, FUNCTION)

    assert estimate
    assert "\n".join(estimate.describe()) in PAGES["docs/bulk.md"]


def test_estimate_needs_the_number_of_rows() -> None:
    assert estimate_job(InputFacts(1, 1000, None, None), FUNCTION) is None


@pytest.mark.parametrize(
    "name",
    ["a.csv", "a.jsonl", "a.txt", "a.json", "a.csv.gz", "a.txt.gz", "a.utf16.txt"],
)
def test_input_facts_tell_rows_and_length(tmp_path: Path, name: str) -> None:
    name = name.replace("a.utf16.txt", "utf16.txt")
    write_rows(tmp_path, name)

    facts = read_input_facts(Job(input=str(tmp_path / name), output="/out"), FolderStorage())

    assert facts.objects == 1
    assert facts.total_bytes == (tmp_path / name).stat().st_size
    assert facts.rows == pytest.approx(ROWS, rel=0.05)
    assert facts.text_chars == pytest.approx(len(TEXT), rel=0.01)


def test_input_facts_of_a_folder_count_all_of_it(tmp_path: Path) -> None:
    for number in range(20):
        write_rows(tmp_path, f"{number}.txt")

    facts = read_input_facts(Job(input=f"{tmp_path}/", output="/out"), FolderStorage())

    assert facts.objects == 20
    assert facts.rows == pytest.approx(20 * ROWS, rel=0.05)


def test_input_facts_of_documents_count_objects(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("good\nand bad\n" * 10, encoding="utf-8")

    job = Job(input=f"{tmp_path}/", output="/out", format="document")
    facts = read_input_facts(job, FolderStorage())

    assert (facts.rows, facts.text_chars) == (2, 130)


def test_input_facts_without_a_usable_row_name_no_number(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,text\n1,\n", encoding="utf-8")

    facts = read_input_facts(Job(input=str(tmp_path / "a.csv"), output="/out"), FolderStorage())

    assert facts.rows is None
