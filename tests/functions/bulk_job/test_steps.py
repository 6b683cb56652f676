import importlib
import io
import json
from pathlib import Path
from typing import Any

import pytest

from functions.bulk_job.start_up import StartUp, start
from functions.bulk_job.steps import Steps, UnknownStepError, read_job
from tests.moto_server import MotoServer
from tests.windvane.api.lambda_context import FakeLambdaContext
from tests.windvane.jobs.job_runs import open_tiny
from tests.windvane.jobs.memory_storage import MemoryStorage
from windvane.facts import JobStep
from windvane.jobs.errors import JobFieldError, JobInputError
from windvane.observability import logger
from windvane.settings import load_settings

ENVIRON = {"WINDVANE_JOB_INPUTS": "s3://texts/in/", "WINDVANE_JOB_OUTPUTS": "s3://results/"}
JOB = {"input": "s3://texts/in/a.txt", "output": "s3://results/", "id_column": None}
FOLDER = "s3://results/j1/"
PLAN = {"step": JobStep.PLAN, "job_id": "j1", "job": JOB}
FINISH = {"step": JobStep.FINISH, "folder": FOLDER}
TEXT = "good but secret"


@pytest.fixture
def storage() -> MemoryStorage:
    return MemoryStorage({"s3://texts/in/a.txt": f"{TEXT}\n\nbad\n".encode()})


@pytest.fixture
def steps(storage: MemoryStorage, tiny_bundle: Path) -> Steps:
    return Steps(
        StartUp(
            settings=load_settings(ENVIRON),
            storage=storage,
            find_live_bundle=lambda: str(tiny_bundle),
            open_classifier=lambda uri: open_tiny(Path(uri)),
        )
    )


def read_parts(storage: MemoryStorage, planned: dict[str, Any]) -> Any:
    """Read what Step Functions reads, from where the plan says."""
    return json.loads(storage.objects[f"s3://{planned['bucket']}/{planned['parts_key']}"])


def test_plan_answers_where_the_parts_are_and_how_many_may_fail(
    steps: Steps, storage: MemoryStorage, tiny_bundle: Path
) -> None:
    event = {**PLAN, "job": {**JOB, "tolerated_failure_percentage": 5}}

    planned = steps.run(event)

    assert planned["folder"] == FOLDER
    assert planned["tolerated_failure_percentage"] == 5
    assert planned["part_count"] == len(read_parts(storage, planned)) == 1
    plan = json.loads(storage.objects[f"{FOLDER}plan.json"])
    assert plan["bundle_uri"] == str(tiny_bundle)


def test_steps_run_a_job_and_answer_without_texts(steps: Steps, storage: MemoryStorage) -> None:
    planned = steps.run(PLAN)

    answers = [
        steps.run({"step": JobStep.WORK, "folder": planned["folder"], "part": part})
        for part in read_parts(storage, planned)
    ]
    finished = steps.run(FINISH)

    assert answers == [{}]  # a map keeps what each of its parts answers
    assert finished["rows"] == finished["answered"] + finished["rejected"]
    assert sum(finished["labels"].values()) == finished["answered"] == 2
    assert finished["manifest"] == f"{FOLDER}manifest.json"
    assert finished["manifest"] in storage.objects
    assert TEXT not in json.dumps([planned, finished])


def test_log_of_a_job_holds_counts_and_no_text(
    steps: Steps, storage: MemoryStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", stream)
    planned = steps.run(PLAN)
    [part] = read_parts(storage, planned)

    steps.run({"step": JobStep.WORK, "folder": FOLDER, "part": part})
    steps.run(FINISH)

    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["message"] for line in lines] == ["job planned", "part done", "job finished"]
    assert lines[1]["rows"] == lines[2]["rows"] > 0
    assert "secret" not in stream.getvalue()
    assert "s3://" not in stream.getvalue()


@pytest.mark.parametrize(
    ("field", "location", "rule"),
    [
        ("input", "s3://elsewhere/a.txt", "input: below s3://texts/in/"),
        ("input", "s3://texts/input.txt", "input: below s3://texts/in/"),
        ("output", "s3://texts/out/", "output: below s3://results/"),
    ],
)
def test_plan_refuses_locations_that_the_stage_does_not_name(
    steps: Steps, storage: MemoryStorage, field: str, location: str, rule: str
) -> None:
    before = dict(storage.objects)

    with pytest.raises(JobFieldError) as refused:
        steps.run({**PLAN, "job": {**JOB, field: location}})

    assert str(refused.value) == rule
    assert storage.objects == before


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({**JOB, "secret": 1}, "job"),
        ({**JOB, "format": "word"}, "format"),
        ({"input": "s3://texts/in/"}, "job"),
        ([], "job"),
        (None, "job"),
    ],
    ids=["unknown field", "unknown value", "missing", "list", "nothing"],
)
def test_job_that_breaks_a_rule_is_refused_by_field(fields: object, field: str) -> None:
    with pytest.raises(JobFieldError) as refused:
        read_job(fields)

    assert refused.value.field == field
    assert "\n" not in str(refused.value)


def test_error_of_a_step_is_logged_by_its_name_and_raised(
    steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", stream)

    with pytest.raises(JobInputError, match="does not exist"):
        steps.run({**PLAN, "job": {**JOB, "input": "s3://texts/in/no.txt"}})

    [line] = stream.getvalue().splitlines()
    logged = json.loads(line)
    assert (logged["step"], logged["error"]) == ("plan", "JobInputError")


@pytest.mark.parametrize("event", [{}, {"step": "stop"}, {"step": None}])
def test_event_without_a_step_is_refused(steps: Steps, event: dict[str, object]) -> None:
    with pytest.raises(UnknownStepError, match="step: one of plan, work, finish"):
        steps.run(event)


def test_classifier_is_opened_once_for_each_bundle(tiny_bundle: Path) -> None:
    start_up = start({**ENVIRON, "AWS_DEFAULT_REGION": "eu-west-1"})

    first = start_up.open_classifier(str(tiny_bundle))

    assert start_up.open_classifier(str(tiny_bundle)) is first


def test_handler_runs_the_step_of_an_event_in_s3(
    moto_server: MotoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = moto_server.make_bucket()
    for name, value in {
        **moto_server.environ,
        "LIVE_FUNCTION": "windvane-dev",
        "WINDVANE_JOB_INPUTS": f"s3://{bucket}/in/",
        "WINDVANE_JOB_OUTPUTS": f"s3://{bucket}/out/",
    }.items():
        monkeypatch.setenv(name, value)
    handler = importlib.import_module("functions.bulk_job.handler")
    job = {"input": f"s3://{bucket}/no/", "output": f"s3://{bucket}/out/"}

    with pytest.raises(JobFieldError, match=f"input: below s3://{bucket}/in/"):
        importlib.reload(handler).handler({**PLAN, "job": job}, FakeLambdaContext())
