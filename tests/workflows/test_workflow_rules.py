"""What the workflows may do, and in which order."""

import re
from typing import Any

import pytest

from infra.stage_files import read_stage
from infra.trusted_repository import DEFAULT_ENVIRONMENTS, READ_ENVIRONMENT
from tests.conftest import REPOSITORY
from tests.workflows.workflow_files import (
    JOBS,
    PATHS,
    TRIGGERS,
    WORKFLOWS,
    Job,
    find_job,
    find_script,
)

USES = re.compile(r"^\s*(?:- )?uses: (.*)$", re.MULTILINE)
PINNED = re.compile(r"([\w.-]+/[\w.-]+)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)")
CREDENTIALS = "aws-actions/configure-aws-credentials"
ACTIONS = [
    use
    for path in PATHS
    for use in USES.findall(path.read_text(encoding="utf-8"))
    if not use.startswith("./")
]
SCRIPTS = "\n".join(step["run"] for job in JOBS for step in job.steps if "run" in step)
MAKE_TARGETS = sorted(set(re.findall(r"\bmake (?:-s )?([a-z-]+)", SCRIPTS)))


def list_roles(job: Job) -> list[str]:
    """List the variables of the roles that a job assumes, in order."""
    steps = [step for step in job.steps if step.get("uses", "").startswith(CREDENTIALS)]
    return [
        re.sub(r"\$\{\{ vars\.(\w+) \}\}", r"\1", step["with"]["role-to-assume"]) for step in steps
    ]


def has_roles(job: Job) -> bool:
    return bool(list_roles(job))


def test_workflows_have_jobs_and_actions() -> None:
    assert sorted(WORKFLOWS) == ["ci.yml", "deploy.yml", "drift.yml", "model.yml"]
    assert len(JOBS) == 10
    assert len(ACTIONS) > 20


@pytest.mark.parametrize("use", sorted(set(ACTIONS)))
def test_action_is_pinned_by_its_commit_and_names_its_version(use: str) -> None:
    assert PINNED.fullmatch(use)


def test_action_has_one_pin_everywhere() -> None:
    pins = {(match[1], match[2], match[3]) for use in ACTIONS if (match := PINNED.match(use))}

    assert len(pins) == len({name for name, _, _ in pins})


@pytest.mark.parametrize("name", WORKFLOWS)
def test_workflow_has_no_permissions_and_no_secrets(name: str) -> None:
    text = next(path for path in PATHS if path.name == name).read_text(encoding="utf-8")

    assert WORKFLOWS[name]["permissions"] == {}
    assert "secrets" not in text
    assert "pull_request_target" not in text


@pytest.mark.parametrize("name", WORKFLOWS)
def test_scripts_run_with_pipefail(name: str) -> None:
    assert WORKFLOWS[name]["defaults"] == {"run": {"shell": "bash"}}


@pytest.mark.parametrize("job", JOBS, ids=str)
def test_job_ends_and_has_the_permissions_that_it_needs(job: Job) -> None:
    token = {"id-token": "write"} if has_roles(job) else {}

    assert job.content["permissions"] == {"contents": "read", **token}
    assert 0 < job.content["timeout-minutes"] <= 130


@pytest.mark.parametrize("job", JOBS, ids=str)
def test_checkout_leaves_no_token_behind(job: Job) -> None:
    [checkout] = [step for step in job.steps if step.get("uses", "").startswith("actions/checkout")]

    assert checkout["with"]["persist-credentials"] is False


@pytest.mark.parametrize("job", JOBS, ids=str)
def test_scripts_hold_no_expressions(job: Job) -> None:
    """What an expression stands for would become part of the script."""
    scripts = [step["run"] for step in job.steps if "run" in step]

    assert scripts
    assert [script for script in scripts if "${{" in script] == []


@pytest.mark.parametrize("job", [job for job in JOBS if has_roles(job)], ids=str)
def test_role_trusts_the_environment_of_the_job(job: Job) -> None:
    roles = list_roles(job)

    if job.content["environment"] == READ_ENVIRONMENT:
        assert roles[0] == "AWS_DIFF_ROLE"
        assert set(roles[1:]) <= {"AWS_LOOKUP_ROLE"}
    else:
        assert job.content["environment"] in DEFAULT_ENVIRONMENTS
        assert roles == ["AWS_DEPLOY_ROLE", "AWS_LOOKUP_ROLE"]


def test_check_runs_on_three_machines() -> None:
    machines = find_job("ci.yml", "check").content["strategy"]["matrix"]["include"]

    assert machines == [
        {"machine": "ubuntu-24.04", "python": "3.11"},
        {"machine": "ubuntu-24.04", "python": "3.13"},
        {"machine": "ubuntu-24.04-arm", "python": "3.13"},
    ]


def test_image_is_built_on_the_digest_of_its_base() -> None:
    step = find_script(find_job("ci.yml", "image"), "make image-check")

    # A substitution within the second command would hide that it failed.
    assert step["run"].splitlines()[0] == 'base="$(make -s base-digest)"'
    assert 'BASE="$base"' in step["run"]


@pytest.mark.parametrize("name", ["deploy.yml", "drift.yml", "model.yml"])
def test_workflow_is_never_cancelled_half_way(name: str) -> None:
    concurrency: dict[str, Any] = WORKFLOWS[name]["concurrency"]

    assert concurrency["cancel-in-progress"] is False
    assert "${{" not in concurrency["group"]


def test_ci_called_by_a_deployment_does_not_wait_for_it() -> None:
    """Both have a concurrency group: the same one would be a deadlock."""
    group = WORKFLOWS["ci.yml"]["concurrency"]["group"]

    assert group.startswith("ci-")
    assert WORKFLOWS["deploy.yml"]["concurrency"]["group"] == "deploy"


def test_deployment_goes_by_ci_dev_diff_and_prod() -> None:
    jobs = WORKFLOWS["deploy.yml"]["jobs"]

    order = [(name, job.get("needs"), job.get("environment")) for name, job in jobs.items()]

    assert order == [
        ("ci", None, None),
        ("dev", "ci", "dev"),
        ("diff", "dev", "prod-read-only"),
        ("prod", "diff", "prod"),
    ]
    assert jobs["ci"]["uses"] == "./.github/workflows/ci.yml"
    assert "github.ref == 'refs/heads/main'" in jobs["dev"]["if"]


def test_deployment_starts_on_main_alone() -> None:
    triggers = WORKFLOWS["deploy.yml"][TRIGGERS]

    assert triggers == {"push": {"branches": ["main"]}, "workflow_dispatch": None}


def test_session_of_prod_outlasts_the_slowest_traffic_shift() -> None:
    job = find_job("deploy.yml", "prod")

    [session] = [
        step["with"]["role-duration-seconds"]
        for step in job.steps
        if "role-duration-seconds" in step.get("with", {})
    ]

    assert 100 * 60 < session <= 2 * 60 * 60
    assert job.content["timeout-minutes"] * 60 >= session


def test_diff_makes_no_change_set() -> None:
    step = find_script(find_job("deploy.yml", "diff"), "make diff")

    assert step["env"]["CDK_METHOD"] == "template"


def test_drift_is_looked_for_as_the_role_that_reads() -> None:
    """The CDK assumes no role by itself for it."""
    assert list_roles(find_job("drift.yml", "drift")) == ["AWS_DIFF_ROLE", "AWS_LOOKUP_ROLE"]


def test_drift_is_looked_for_every_week() -> None:
    [schedule] = WORKFLOWS["drift.yml"][TRIGGERS]["schedule"]

    assert re.fullmatch(r"\d+ \d+ \* \* \d", schedule["cron"])


def test_model_is_deployed_after_the_gate_and_an_approval_by_one_deployment_at_a_time() -> None:
    retrain, deploy = WORKFLOWS["model.yml"]["jobs"].values()

    assert retrain["environment"] == READ_ENVIRONMENT
    assert "github.ref == 'refs/heads/main'" in retrain["if"]
    assert deploy["needs"] == "retrain"
    assert deploy["environment"] == "prod"
    assert deploy["concurrency"]["group"] == WORKFLOWS["deploy.yml"]["concurrency"]["group"]
    assert deploy["concurrency"]["cancel-in-progress"] is False


def test_model_page_is_kept_without_texts_whatever_the_gate_says() -> None:
    uploads = {
        step["with"]["name"]: step
        for step in find_job("model.yml", "retrain").steps
        if step.get("uses", "").startswith("actions/upload-artifact")
    }

    page, challenger = uploads["model-page"], uploads["challenger"]
    assert page["if"] == "${{ !cancelled() }}"
    assert "if" not in challenger
    kept = {*page["with"]["path"].split(), challenger["with"]["path"]}
    assert kept == {
        f"retrained/{name}" for name in ("report.html", "report.md", "gate.json", "bundle")
    }


def test_model_that_is_deployed_is_the_one_that_the_gate_let_pass() -> None:
    job = find_job("model.yml", "deploy")

    [download] = [step for step in job.steps if "download-artifact" in step.get("uses", "")]

    folder = download["with"]["path"]
    assert download["with"]["name"] == "challenger"
    assert f"BUNDLE={folder} " in find_script(job, "make deploy")["run"]


def test_model_is_retrained_every_month() -> None:
    [schedule] = WORKFLOWS["model.yml"][TRIGGERS]["schedule"]

    assert re.fullmatch(r"\d+ \d+ \d+ \* \*", schedule["cron"])


@pytest.mark.parametrize("target", MAKE_TARGETS)
def test_make_target_exists(target: str) -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")

    assert re.search(rf"^{target}:", makefile, re.MULTILINE)


@pytest.mark.parametrize("name", sorted(set(re.findall(r"STAGE=(\w+)", SCRIPTS))))
def test_stage_has_a_file(name: str) -> None:
    assert read_stage(name).name == name
