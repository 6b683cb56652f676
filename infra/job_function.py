"""A Lambda function of bulk jobs, with a role and a log of its own."""

from dataclasses import dataclass
from pathlib import Path

from aws_cdk import Duration, aws_iam, aws_lambda, aws_s3
from constructs import Construct

from infra.background_function import (
    FunctionTask,
    build_background_function,
    build_background_role,
)
from infra.job_access import allow_keys, allow_objects, list_location_variables
from infra.log_group import build_log_group
from infra.stage_tables import Jobs
from infra.stages import Stage
from windvane.facts import BULK_HANDLER, LIVE_FUNCTION_VARIABLE, MEMORY_MB_PER_VCPU

LONGEST = Duration.minutes(15)
"""As long as Lambda allows: a part takes a fraction of it, the plan of a large CSV reads it all."""


@dataclass(frozen=True, kw_only=True)
class JobCode:
    """What the functions of bulk jobs run.

    Attributes:
        package: Zip file or folder of the image's Dockerfile, the same as that of the API.
        bucket: Bucket of the bundles.
        live: Alias of the function that answers requests, with whose bundle jobs are planned.
    """

    package: Path
    bucket: aws_s3.IBucket
    live: aws_lambda.Alias


@dataclass(frozen=True, kw_only=True)
class JobTask:
    """How the functions of bulk jobs differ.

    Attributes:
        suffix: Of the function's name.
        description: What it does.
        concurrency: How many run at once; None for as many as the account has.
    """

    suffix: str
    description: str
    concurrency: int | None = None


class JobFunction(Construct):
    """The function; it reads the inputs, and reads and writes the outputs."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: Stage,
        jobs: Jobs,
        code: JobCode,
        task: JobTask,
    ) -> None:
        """Build the function.

        Args:
            scope: The jobs' construct.
            construct_id: Name within it.
            stage: Settings that it shares with the API.
            jobs: What it may read and write.
            code: What it runs.
            task: How it differs from others.
        """
        super().__init__(scope, construct_id)
        self._log_group = build_log_group(self, "Log", stage=stage)
        self.role = self._build_role(stage, jobs, task)
        self.function = self._build_function(stage, jobs, code, task)

    def allow(self, actions: list[str], resource: str) -> None:
        """Let the function do something more."""
        self.role.add_to_policy(aws_iam.PolicyStatement(actions=actions, resources=[resource]))

    def _build_role(self, stage: Stage, jobs: Jobs, task: JobTask) -> aws_iam.Role:
        role = build_background_role(
            self, task.description, stage=stage, log_group=self._log_group, grants={}
        )
        allow_objects(role, jobs)
        allow_keys(role, jobs)
        return role

    def _build_function(
        self, stage: Stage, jobs: Jobs, code: JobCode, task: JobTask
    ) -> aws_lambda.Function:
        runs = FunctionTask(
            name=stage.stack_name + task.suffix,
            description=task.description,
            package=code.package,
            handler=BULK_HANDLER,
            # One vCPU: to split and to join takes as much of it as to classify.
            memory_mb=MEMORY_MB_PER_VCPU,
            timeout=LONGEST,
            environment={
                LIVE_FUNCTION_VARIABLE: stage.stack_name,
                **list_location_variables(jobs),
                "WINDVANE_MAX_TEXT_CHARS": str(stage.max_text_chars),
            },
            concurrency=task.concurrency,
        )
        return build_background_function(
            self, runs, stage=stage, role=self.role, log_group=self._log_group
        )
