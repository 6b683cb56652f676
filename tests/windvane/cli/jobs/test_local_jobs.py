"""``windvane jobs start`` on this machine: stopped, killed, and gone on with."""

import json
import os
import re
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.moto_server import MotoServer
from tests.windvane.cli.jobs.local_job import LocalJob
from windvane.cli.jobs import job_options
from windvane.cli.jobs.job_request import name_local_job
from windvane.cli.main import windvane
from windvane.jobs.folder_storage import FolderStorage
from windvane.jobs.job import JOB_FORMATS, OUTPUT_FORMATS, Job
from windvane.jobs.local_jobs import choose_local_part_bytes, hold_job, plan_local_job

Jobs = Callable[..., Result]
ROWS = 4000
REJECTED = len(range(0, ROWS, 7))


@pytest.fixture
def job(tmp_path: Path, tiny_bundle: Path) -> LocalJob:
    job = LocalJob(tmp_path, tiny_bundle, ROWS)
    job.write_input()
    return job


@pytest.fixture
def jobs(tiny_bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Jobs:
    """Run ``windvane jobs`` in this process, in an empty folder, with the tiny bundle."""
    monkeypatch.setenv("WINDVANE_BUNDLE_URI", str(tiny_bundle))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(windvane, ["jobs", *arguments])

    return run


@pytest.fixture
def planned(tmp_path: Path, tiny_bundle: Path) -> Path:
    """The folder of a job over ``a.txt`` of which no part is done."""
    (tmp_path / "a.txt").write_text("good\n", encoding="utf-8")
    output = tmp_path / "windvane-jobs"
    job = Job(input=str(tmp_path / "a.txt"), output=str(output))
    plan_local_job(job, "mine", FolderStorage(), str(tiny_bundle))
    return output / "mine"


def message_of(result: Result) -> str:
    """Check that a command ended with one sentence, and answer it."""
    assert result.exit_code == 2, result.output
    message: str = result.stderr.splitlines()[-1]
    assert message.startswith("Error: ")
    return message


def test_start_answers_or_rejects_each_row_once_in_order(job: LocalJob) -> None:
    done = job.run(*job.arguments)

    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(f"{ROWS:,} rows: {ROWS - REJECTED:,} classified")
    assert job.read_ids() == list(range(ROWS))
    manifest = job.read_manifest()
    assert (manifest["rows"], manifest["rejected"]) == (ROWS, REJECTED)
    assert manifest["parts"] > 3


def test_start_after_a_kill_leaves_finished_parts_alone(job: LocalJob) -> None:
    with job.open() as process:
        job.wait_for_parts(1)
        process.send_signal(signal.SIGKILL)
    before = job.stamp_parts()
    assert not (job.output / "manifest.json").exists()

    done = job.run(*job.arguments)

    assert done.returncode == 1, done.stderr
    assert before
    assert {path: stamp for path, stamp in job.stamp_parts().items() if path in before} == before
    assert job.read_ids() == list(range(ROWS))
    assert job.read_manifest()["rejected"] == REJECTED


def test_interrupted_job_says_how_to_go_on(job: LocalJob) -> None:
    job = replace(job, rows=3 * ROWS)  # so many that a late signal does not meet its end
    job.write_input()
    with job.open() as process:
        job.wait_for_parts(1)
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate()
        seconds = time.monotonic() - begun
    before = job.stamp_parts()
    shown = re.search(r"to go on: windvane (jobs resume .+)", stderr)

    assert process.returncode == 130
    assert seconds < 5  # a fraction of a second, unless the machine is busy
    assert "Traceback" not in stderr
    assert shown
    done = job.run(*shown[1].split())
    assert done.returncode == 1, done.stderr
    assert before.items() <= job.stamp_parts().items()
    assert job.read_ids() == list(range(3 * ROWS))


def test_start_of_a_job_that_is_done_changes_nothing(job: LocalJob) -> None:
    first = job.run(*job.arguments)
    before = job.stamp_parts()

    again = job.run(*job.arguments)

    assert (again.returncode, again.stdout) == (1, first.stdout)
    assert again.stderr == f"The job {job.output.name} is done already.\n"
    assert job.stamp_parts() == before


@pytest.mark.parametrize(
    "arguments",
    [("start", "a.txt", "--id", "mine"), ("resume", "windvane-jobs/mine")],
    ids=["start", "resume"],
)
def test_changed_input_is_refused(
    jobs: Jobs, planned: Path, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    assert planned.is_dir()
    (tmp_path / "a.txt").write_text("bad\nbad\n", encoding="utf-8")

    result = jobs(*arguments)

    assert "a.txt was changed, added or deleted after job mine was planned" in message_of(result)


def test_job_over_a_folder_writes_and_joins_csv(jobs: Jobs, tmp_path: Path) -> None:
    for name, text in (("a", "good\n"), ("b", "bad\n")):
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / f"{name}.txt").write_text(text, encoding="utf-8")

    result = jobs("start", "in", "--to", "csv", "--join", "--json", "--id", "both")

    assert result.exit_code == 0, result.output
    manifest = json.loads(result.stdout)
    assert manifest["labels"] == {"positive": 1, "negative": 1}
    [results] = manifest["results"]
    lines = Path(results).read_text(encoding="utf-8").splitlines()
    assert [line.partition(",")[0] for line in lines] == ["label", "positive", "negative"]


def test_labels_below_min_score_are_left_out_and_shown(jobs: Jobs, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("good\nbad\n", encoding="utf-8")

    result = jobs("start", "a.txt", "--min-score", "1", "--id", "mine")

    assert result.exit_code == 0, result.output
    assert re.search(r"^\(no label\) +2 +100\.0%$", result.stdout, re.MULTILINE)
    part = tmp_path / "windvane-jobs" / "mine" / "parts" / "part-00000.jsonl"
    rows = [json.loads(line) for line in part.read_text(encoding="utf-8").splitlines()]
    assert [row["label"] for row in rows] == [None, None]
    assert all(0.9 < row["score"] < 1 for row in rows)


def test_damaged_job_is_left_out_of_the_list(jobs: Jobs, planned: Path) -> None:
    damaged = planned.parent / "damaged"
    damaged.mkdir()
    for name in ("plan.json", "parts.json"):
        (damaged / name).write_text("{", encoding="utf-8")

    result = jobs("list")

    assert result.exit_code == 0
    assert result.stdout.splitlines()[1].startswith("mine ")
    assert "Left out: " in result.stderr
    assert "damaged/plan.json is not a file that this version wrote." in result.stderr


def test_job_over_a_prefix_reads_the_files_that_begin_so(jobs: Jobs, tmp_path: Path) -> None:
    for name in ("2026-11-01.txt", "2026-11-02.txt", "2026-12-01.txt"):
        (tmp_path / name).write_text("good\n", encoding="utf-8")

    result = jobs("start", "2026-11", "--prefix", "--json")

    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["rows"] == 2


def test_job_over_a_folder_with_an_empty_file_goes_on(jobs: Jobs, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name, text in (("a", "good\n"), ("b", "")):
        (tmp_path / "in" / f"{name}.txt").write_text(text, encoding="utf-8")
    started = jobs("start", "in", "--id", "mine")
    Path(tmp_path, "windvane-jobs", "mine", "manifest.json").unlink()

    again = jobs("start", "in", "--id", "mine")

    assert (started.exit_code, again.exit_code) == (0, 0), again.output


def test_job_on_this_machine_reads_from_s3(
    jobs: Jobs, moto_server: MotoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in moto_server.environ.items():
        monkeypatch.setenv(name, value)
    bucket = moto_server.make_bucket()
    moto_server.s3.put_object(Bucket=bucket, Key="in/a.txt", Body=b"good\nbad\n")

    result = jobs("start", f"s3://{bucket}/in/", "--local", "--id", "mine", "--json")

    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["labels"] == {"positive": 1, "negative": 1}


def test_list_and_show_tell_how_far_a_job_is(jobs: Jobs, planned: Path) -> None:
    stopped, listed = jobs("show", str(planned)), jobs("list")
    with hold_job(f"{planned}/"):
        running, refused = jobs("list", "--json"), jobs("resume", str(planned))

    assert stopped.stdout.startswith("mine stopped: 0 of 1 parts are done.\nTo go on: ")
    assert re.search(r"^mine +stopped .* 0 of 1", listed.stdout, re.MULTILINE)
    assert [job["status"] for job in json.loads(running.stdout)] == ["running"]
    assert "is running already" in message_of(refused)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nowhere.csv",), "nowhere.csv does not exist"),
        (("empty.txt",), "is empty; it holds no text"),
        (("a.csv",), 'has no column "text"'),
        (("a.csv", "--text-column", "a", "--id-column", "b"), 'has no column "b"'),
        ((".",), "output: not inside the input"),
        (("picture.png",), "picture.png"),
        (("a.csv", "--id", "not an id"), "A job's id has 1 to 80 letters"),
        (("a.csv", "--text-column", "a", "--bundle", "nowhere"), "nowhere"),
        (("a.csv", "--text-column", "a" * 300), "text_column: at most 200 characters."),
        (("a.csv", "--text-column", ""), "text_column: not empty."),
        (("/dev/zero",), "/dev/zero is neither a file nor a folder."),
        (("s3://bucket/a.csv",), "add --local"),
        (("a.csv", "--stage", "dev"), "aws s3 cp"),
        (("a.csv", "--output", "s3://bucket/out/"), "writes to a folder"),
        (("",), "may not be empty"),
        (("s3://b/a", "--stage", "dev"), "name a prefix"),
        (("s3://b/a", "--stage", "dev", "--local"), "not both"),
        (("s3://b/a", "--stage", "dev", "-o", "s3://b/o/", "--processes", "2"), "--processes"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_start_says_what_is_wrong_and_leaves_nothing(
    jobs: Jobs, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    (tmp_path / "empty.txt").touch()
    (tmp_path / "a.csv").write_text("a\ngood\n", encoding="utf-8")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    before = sorted(tmp_path.iterdir())

    result = jobs("start", *arguments)

    assert message in message_of(result)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(("--join",), "holds another job"), (("--bundle", "other"), "with the model")],
)
def test_start_refuses_the_folder_of_another_job(
    jobs: Jobs,
    planned: Path,
    tiny_bundle: Path,
    arguments: tuple[str, ...],
    message: str,
) -> None:
    shutil.copytree(tiny_bundle, "other")

    result = jobs("start", "a.txt", "--id", planned.name, *arguments)

    assert message in message_of(result)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_start_says_that_the_output_cannot_be_written(jobs: Jobs, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("good\n", encoding="utf-8")
    (tmp_path / "locked").mkdir(mode=0o500)

    assert "cannot be written" in message_of(jobs("start", "a.txt", "-o", "locked"))


@pytest.mark.parametrize("command", ["show", "resume"])
def test_folder_without_a_job_is_named(jobs: Jobs, command: str) -> None:
    assert "There is no job in nowhere" in message_of(jobs(command, "nowhere"))


@pytest.mark.parametrize("command", ["stop", "fetch"])
def test_commands_of_a_stage_need_its_name(jobs: Jobs, command: str) -> None:
    assert "--stage" in message_of(jobs(command, "windvane-jobs/mine"))


@pytest.mark.parametrize(
    ("total", "part"),
    [(1, 2**16), (40 * 2**20, 209_715), (2 * 2**30, 2**20), (100 * 10**9, 20_000_000)],
)
def test_parts_grow_with_the_input(total: int, part: int) -> None:
    assert choose_local_part_bytes(total) == part


def test_options_offer_the_formats_of_jobs() -> None:
    assert sorted(job_options.JOB_FORMATS) == sorted(JOB_FORMATS)
    assert job_options.OUTPUT_FORMATS == OUTPUT_FORMATS


def test_job_of_the_same_input_and_fields_has_the_same_id() -> None:
    job = Job(input="/data/my reviews.csv.gz", output="/out")

    assert name_local_job(job) == name_local_job(job)
    assert re.fullmatch(r"my-reviews-[0-9a-f]{8}", name_local_job(job))
    assert name_local_job(job) != name_local_job(Job(input=job.input, output="/out", join=True))
