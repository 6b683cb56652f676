"""Bulk jobs: started, watched, stopped and run again."""

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.console.conftest import Visit
from tests.console.test_looks import AXE, SCHEMES, find_violations
from tests.windvane.api.serve_process import run_serve
from tests.windvane.jobs.fake_step_functions import (
    MACHINE,
    FakeStepFunctions,
    serve_step_functions,
)

JOB = {"input": "s3://texts/new/", "output": "s3://results/"}


@pytest.fixture(scope="module")
def jobs_server(
    browser: Browser, environ: dict[str, str]
) -> Iterator[tuple[FakeStepFunctions, str]]:
    """Step Functions, and a server whose jobs it runs."""
    jobs = {
        "WINDVANE_JOBS_ARN": MACHINE,
        "WINDVANE_JOB_INPUTS": "s3://texts/",
        "WINDVANE_JOB_OUTPUTS": "s3://results/",
        "WINDVANE_RESULT_LOG_URI": "none:",
    }
    with (
        serve_step_functions() as fake,
        run_serve(environ={**environ, **jobs, **fake.environ}) as server,
    ):
        yield fake, server.url


@pytest.fixture
def step_functions(jobs_server: tuple[FakeStepFunctions, str]) -> FakeStepFunctions:
    fake, _ = jobs_server
    for kept in (fake.executions, fake.items, fake.refused):
        kept.clear()
    return fake


@pytest.fixture
def open_jobs(
    start_visit: Callable[..., Visit], jobs_server: tuple[FakeStepFunctions, str]
) -> Callable[..., Page]:
    """Open the tab; its clock is the test's, so that no test waits for the next look."""

    def open_tab(allowed: str = "(none)", **options: str) -> Page:
        visit = start_visit(jobs_server[1], **options)
        visit.allowed = allowed
        visit.page.clock.install()
        page = visit.open("/#jobs")
        expect(page.locator("#jobs:not([inert])")).to_be_visible()
        return page

    return open_tab


def start(fake: FakeStepFunctions, name: str) -> None:
    fake.start(name, json.dumps({"job_id": name, "job": JOB, "name": f"The {name} job"}))


def test_the_tab_is_shown_only_where_there_are_jobs(visit: Visit) -> None:
    page = visit.open("/#jobs")

    expect(page.get_by_role("tab", name="One text")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("tab", name="Jobs")).to_be_hidden()
    page.get_by_role("tab", name="One text").press("End")
    expect(page.get_by_role("tab", name="Results")).to_be_focused()


def test_a_job_is_started_and_watched_to_its_end(
    open_jobs: Callable[..., Page], step_functions: FakeStepFunctions
) -> None:
    page = open_jobs()
    expect(page.locator("#jobs-list")).to_have_text("There are no jobs yet.")

    page.get_by_label("Input").fill("s3://texts/new/")
    page.get_by_label("Output").fill("s3://results/")
    page.get_by_label("Format").select_option("csv")
    page.get_by_label("Text column").fill("review")
    page.get_by_label("Join the results into one file").check()
    page.locator("#jobs").get_by_label("Labels from a score of").fill("0.6")
    page.get_by_label("Name").fill("Monday")
    page.get_by_role("button", name="Start the job").click()

    card = page.locator("#jobs article")
    expect(card.get_by_role("heading", name="Monday")).to_be_focused()
    expect(card).to_contain_text("The job is being planned.")
    [[job_id, execution]] = step_functions.executions.items()
    job = json.loads(execution["input"])["job"]
    assert (job["format"], job["text_column"], job["join"]) == ("csv", "review", True)
    assert (job["id_column"], job["output_format"], job["min_score"]) == (None, "jsonl", 0.6)
    step_functions.plan(job_id, 2000, running=10, succeeded=1200)
    page.clock.run_for(4000)
    expect(card).to_contain_text("1,200 of 2,000 parts done")
    expect(card.get_by_role("progressbar", name="Monday")).to_have_js_property("value", 1200)
    step_functions.plan(job_id, 2000, succeeded=2000)
    step_functions.end(job_id)
    page.clock.run_for(4000)
    expect(card).to_contain_text("4 rows answered, 1 rejected, 3 positive, 1 without a label")
    expect(card.get_by_role("heading", name="Monday")).to_be_focused()
    expect(page.get_by_role("status")).to_have_text("Monday: succeeded.")
    expect(card.get_by_role("link")).to_have_text(f"s3://results/{job_id}/")
    expect(card.get_by_role("button")).to_have_count(0)


def test_a_job_is_stopped_and_run_again(
    open_jobs: Callable[..., Page], step_functions: FakeStepFunctions
) -> None:
    start(step_functions, "one")
    page = open_jobs()
    card = page.locator("#jobs article")

    card.get_by_role("button", name="Stop: The one job").click()

    expect(card.locator(".chip")).to_have_text("stopped")
    assert step_functions.executions["one"]["status"] == "ABORTED"
    card.get_by_role("button", name="Run again what failed: The one job").click()
    expect(card.locator(".chip")).to_have_text("running")
    assert step_functions.executions["one"]["redriveCount"] == 1


def test_a_failed_job_says_why(
    open_jobs: Callable[..., Page], step_functions: FakeStepFunctions
) -> None:
    start(step_functions, "one")
    step_functions.end("one", "FAILED", error="JobInputError", cause="<b>It is empty.</b>")

    card = open_jobs().locator("#jobs article")

    expect(card).to_contain_text("<b>It is empty.</b>")


def test_more_jobs_are_shown_on_demand(
    open_jobs: Callable[..., Page], step_functions: FakeStepFunctions
) -> None:
    for number in range(12):
        start(step_functions, f"job-{number}")
    page = open_jobs()
    expect(page.locator("#jobs h3").first).to_have_text("The job-11 job")
    expect(page.locator("#jobs article")).to_have_count(10)

    page.get_by_role("button", name="Show more").click()

    expect(page.locator("#jobs article")).to_have_count(12)
    expect(page.get_by_role("heading", name="The job-1 job")).to_be_focused()
    expect(page.locator("#jobs-more")).to_be_hidden()


def test_a_job_that_breaks_a_rule_says_which(
    open_jobs: Callable[..., Page], step_functions: FakeStepFunctions
) -> None:
    page = open_jobs("status of 422")

    page.get_by_label("Input").fill("s3://others/")
    page.get_by_label("Output").fill("s3://results/")
    page.get_by_role("button", name="Start the job").click()

    alert = page.locator("#jobs-alert")
    expect(alert).to_contain_text("The rule for input is: below s3://texts/.")
    expect(page.get_by_role("button", name="Start the job")).to_be_enabled()
    assert step_functions.executions == {}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_jobs_keep_nobody_out(
    open_jobs: Callable[..., Page], step_functions: FakeStepFunctions, scheme: str
) -> None:
    for name in ("running", "failed", "done"):
        start(step_functions, name)
        step_functions.plan(name, 3, succeeded=1, failed=1)
    step_functions.end("failed", "FAILED", error="JobInputError", cause="It is empty.")
    step_functions.end("done")

    page = open_jobs(color_scheme=scheme)

    expect(page.locator("#jobs .chip")).to_have_text(["succeeded", "failed", "running"])
    page.evaluate(AXE)
    assert find_violations(page) == []


@pytest.mark.parametrize("width", [320, 768])
def test_jobs_fit_a_narrow_window(
    open_jobs: Callable[..., Page], step_functions: FakeStepFunctions, width: int
) -> None:
    start(step_functions, "x" * 80)
    page = open_jobs()

    page.set_viewport_size({"width": width, "height": 700})

    expect(page.locator("#jobs article")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
