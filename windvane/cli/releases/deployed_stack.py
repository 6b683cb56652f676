"""The CloudFormation stack of a stage, and the deployment that runs on it."""

from collections.abc import Mapping
from dataclasses import dataclass

from botocore.exceptions import ClientError

from windvane.cli.errors import CliError
from windvane.cli.releases.aws_access import AwsAccess, error_code
from windvane.facts import STACK_PREFIX

UNFINISHED = ["Created", "Queued", "InProgress", "Baking", "Ready"]
"""States of a CodeDeploy deployment that may still move the alias."""


@dataclass(frozen=True, kw_only=True)
class StackOutputs:
    """The outputs of a stage's stack.

    Attributes:
        name: Name of the stack and of its function.
        stage: Name of the stage.
        status: Such as ``UPDATE_COMPLETE``.
        outputs: Value by name.
    """

    name: str
    stage: str
    status: str
    outputs: Mapping[str, str]

    def find_output(self, name: str) -> str:
        """Return an output's value.

        Raises:
            CliError: The stack has no such output.
        """
        if name not in self.outputs:
            raise CliError(
                f"The stack {self.name} has no output {name} (its status is {self.status}); "
                f"finish its deployment with make deploy STAGE={self.stage}."
            )
        return self.outputs[name]


@dataclass(frozen=True, kw_only=True)
class DeployedStack(StackOutputs):
    """The stack of a stage, and what is being deployed to it.

    Attributes:
        deployment_id: The running CodeDeploy deployment, or None.
    """

    deployment_id: str | None

    def check_at_rest(self) -> None:
        """Check that no deployment is running.

        Raises:
            CliError: A deployment is running; says how to stop it.
        """
        if self.deployment_id:
            raise CliError(
                f"Deployment {self.deployment_id} of {self.name} is still running; stop it with "
                f"aws deploy stop-deployment --deployment-id {self.deployment_id} "
                "--auto-rollback-enabled, which also moves live back to where it was."
            )
        if self.status.endswith("_IN_PROGRESS"):
            raise CliError(
                f"The stack {self.name} is being changed ({self.status}); wait until it is done, "
                f"or stop it with aws cloudformation cancel-update-stack --stack-name {self.name}."
            )


def read_stack(aws: AwsAccess, stage: str) -> DeployedStack:
    """Read the stack of a stage, and whether a deployment runs.

    Raises:
        CliError: There is none in this account and region.
    """
    found = read_outputs(aws, stage)
    return DeployedStack(**vars(found), deployment_id=_find_deployment(aws, found.name))


def read_outputs(aws: AwsAccess, stage: str) -> StackOutputs:
    """Read the outputs of a stage's stack.

    Raises:
        CliError: There is none in this account and region.
    """
    name = STACK_PREFIX + stage
    try:
        [stack] = aws.cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if error_code(error) != "ValidationError":
            raise
        raise CliError(
            f"There is no stack {name} in {aws.region} in this AWS account; "
            f"name its --region, or make it with make deploy STAGE={stage}."
        ) from error
    return StackOutputs(
        name=name,
        stage=stage,
        status=stack["StackStatus"],
        outputs={output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", ())},
    )


def _find_deployment(aws: AwsAccess, stack_name: str) -> str | None:
    """Return the id of the running deployment; a deployment group runs one at a time."""
    pages = aws.cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack_name)
    names = {
        resource["ResourceType"]: resource.get("PhysicalResourceId")
        for page in pages
        for resource in page["StackResourceSummaries"]
    }
    application = names.get("AWS::CodeDeploy::Application")
    group = names.get("AWS::CodeDeploy::DeploymentGroup")
    if not (application and group):
        return None
    response = aws.codedeploy.list_deployments(
        applicationName=application, deploymentGroupName=group, includeOnlyStatuses=UNFINISHED
    )
    return next(iter(response["deployments"]), None)
