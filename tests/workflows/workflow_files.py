"""The workflows of .github/workflows, read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from tests.conftest import REPOSITORY

FOLDER = REPOSITORY / ".github" / "workflows"
PATHS = sorted(FOLDER.glob("*.yml"))
WORKFLOWS: dict[str, dict[Any, Any]] = {
    path.name: yaml.safe_load(path.read_text(encoding="utf-8")) for path in PATHS
}
TRIGGERS: bool = True
"""Key of a workflow's ``on``, which YAML 1.1 reads as a boolean."""


@dataclass(frozen=True)
class Job:
    """A job that runs on a machine; one that calls another workflow is none."""

    workflow: str
    name: str
    content: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.workflow}: {self.name}"

    @property
    def steps(self) -> list[dict[str, Any]]:
        steps: list[dict[str, Any]] = self.content["steps"]
        return steps


def list_jobs() -> Iterator[Job]:
    for workflow, content in WORKFLOWS.items():
        for name, job in content["jobs"].items():
            if "uses" not in job:
                yield Job(workflow, name, job)


JOBS = list(list_jobs())


def find_job(workflow: str, name: str) -> Job:
    [job] = [job for job in JOBS if (job.workflow, job.name) == (workflow, name)]
    return job


def find_script(job: Job, words: str) -> dict[str, Any]:
    """Find the step of a job whose script contains some words."""
    [step] = [step for step in job.steps if words in step.get("run", "")]
    return step
