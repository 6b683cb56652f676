"""Each grant of the roles of bulk jobs, taken away: the job fails with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass

from infra.jobs_machine import LOG_ACTIONS
from tests.rehearsal.bulk_jobs import BulkJobs
from tests.rehearsal.expectations import expect_equal
from tests.rehearsal.function_grants import LOG_GRANTS
from tests.rehearsal.job_steps import ONE_OBJECT
from tests.rehearsal.role_grants import RoleGrants
from windvane.facts import BULK_PLAN_SUFFIX, BULK_WORK_SUFFIX

Controls = Mapping[str, tuple[str, str]]
"""Error and a word of its cause, by action."""

PARTS_FAILED = ("States.ExceedToleratedFailureThreshold", "threshold")
PLAN: Controls = {
    "lambda:GetFunctionConfiguration": ("ClientError", "GetFunctionConfiguration"),
    "s3:GetObject": ("AccessRefusedError", "s3:GetObject is not allowed"),
    "s3:ListBucket": ("AccessRefusedError", "s3:ListBucket is not allowed"),
    "s3:PutObject": ("AccessRefusedError", "s3:PutObject is not allowed"),
}
WORK: Controls = {"s3:GetObject": PARTS_FAILED, "s3:PutObject": PARTS_FAILED}
MACHINE: Controls = {
    "lambda:InvokeFunction": ("Lambda.AWSLambdaException", "lambda:InvokeFunction"),
    "s3:GetObject": ("States.ItemReaderFailed", "s3:GetObject"),
}

PARTS = "the emulator runs the parts of a map itself"
NOT_ENFORCED = {
    **LOG_GRANTS,
    **dict.fromkeys(LOG_ACTIONS, "the emulator delivers no log of a state machine"),
    "s3:AbortMultipartUpload": "it is asked for only after a part of an upload failed",
    "s3:ListBucket": "work lists nothing; without it S3 hides that an object is missing",
    "states:DescribeExecution": PARTS,
    "states:RedriveExecution": PARTS,
    "states:StartExecution": PARTS,
    "states:StopExecution": PARTS,
}
"""Grants that are never asked for here, with the reason."""


@dataclass(frozen=True)
class JobGrants:
    """A role and the controls of its grants.

    Attributes:
        whose: Whose role it is.
        grants: The role's.
        controls: What happens without each.
    """

    whose: str
    grants: RoleGrants
    controls: Controls

    def check_known(self) -> None:
        """Check that every grant has a control or a reason.

        Raises:
            StepError: One has neither, or there are controls of grants that the role lacks.
        """
        granted = self.grants.list_actions()
        unknown = granted - {*self.controls, *NOT_ENFORCED}
        expect_equal(f"grants of {self.whose} without control or reason", unknown, set())
        lacking = {*self.controls} - granted
        expect_equal(f"controls of {self.whose} without a grant", lacking, set())

    def check(self, action: str, jobs: BulkJobs) -> None:
        """Run a job without a grant: it fails; redriven with it, it succeeds.

        Raises:
            StepError: It does not.
        """
        with self.grants.lend(action) as take_away:
            take_away()
            execution = jobs.start("refused", input=ONE_OBJECT)
            jobs.fail(execution, *self.controls[action])
        jobs.machines.redrive_execution(executionArn=execution)
        jobs.wait(execution)
        expect_equal("answered", jobs.read_manifest(execution)["answered"], 1)


def list_job_grants(jobs: BulkJobs) -> list[JobGrants]:
    """List the roles of a stage's jobs."""
    stage = jobs.stage
    machine = jobs.machines.describe_state_machine(stateMachineArn=jobs.machine_arn)["roleArn"]
    roles = {
        "plan": (stage.find_role(stage.stack_name + BULK_PLAN_SUFFIX), PLAN),
        "work": (stage.find_role(stage.stack_name + BULK_WORK_SUFFIX), WORK),
        "the state machine": (machine.rpartition("/")[2], MACHINE),
    }
    return [
        JobGrants(whose, RoleGrants(stage.cloud, role), controls)
        for whose, (role, controls) in roles.items()
    ]
