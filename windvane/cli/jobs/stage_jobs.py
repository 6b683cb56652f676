"""The jobs of a stage in AWS."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from windvane.cli.errors import CliError
from windvane.cli.jobs.job_options import StageAccount
from windvane.cli.releases.aws_access import AwsAccess, open_aws
from windvane.cli.releases.deployed_stack import read_outputs
from windvane.jobs.executions import Executions

JOBS_VARIABLE = "WINDVANE_JOBS_ARN"
"""Environment variable of a stage's function: the state machine that runs its jobs."""


@dataclass
class StageJobs:
    """The jobs of a stage.

    Attributes:
        aws: The account.
        stage: Name of the stage.
        stack_name: Name of its stack.
        arn: The state machine.
    """

    aws: AwsAccess
    stage: str
    stack_name: str
    arn: str
    _environ: dict[str, str] = field(default_factory=dict)
    _executions: Executions | None = None

    @property
    def executions(self) -> Executions:
        """The state machine's executions, with credentials that have not expired."""
        environ = self.aws.environ
        if self._executions is None or environ != self._environ:
            self.close()
            self._environ, self._executions = environ, Executions(self.arn, environ)
        return self._executions

    def close(self) -> None:
        """Close every connection."""
        if self._executions is not None:
            self._executions.close()


def read_function(aws: AwsAccess, function: str) -> dict[str, Any]:
    """Read the configuration of a function.

    Raises:
        CliError: There is no such function.
    """
    try:
        found: dict[str, Any] = aws.functions.get_function_configuration(FunctionName=function)
    except aws.functions.exceptions.ResourceNotFoundException as error:
        raise CliError(
            f"There is no function {function} in {aws.region}; finish the deployment with "
            "make deploy."
        ) from error
    return found


@contextmanager
def open_stage_jobs(account: StageAccount) -> Iterator[StageJobs]:
    """Find the jobs of a stage by the settings of its function.

    Raises:
        CliError: There is no such stack, it has no jobs, or a call in the block failed.
    """
    stage = account.stage
    with open_aws(account.region, account.profile) as aws:
        stack = read_outputs(aws, stage)
        variables = read_function(aws, stack.name).get("Environment", {}).get("Variables", {})
        arn = variables.get(JOBS_VARIABLE)
        if not arn:
            raise CliError(
                f"The stage {stage} runs no bulk jobs: add a [jobs] table to its file, "
                f"stages/{stage}.toml, and deploy it with make deploy STAGE={stage}."
            )
        jobs = StageJobs(aws, stage, stack.name, arn)
        try:
            yield jobs
        finally:
            jobs.close()
