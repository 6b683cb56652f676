"""IAM of bulk jobs: what the functions, the state machine and the API may do, and on what."""

from collections.abc import Iterable, Sequence

from aws_cdk import ArnFormat, Stack, aws_iam
from constructs import Construct

from infra.acknowledgement import acknowledge
from infra.stage_tables import Jobs
from infra.stages import Stage
from windvane.facts import JOB_MAP, JOBS_SUFFIX
from windvane.jobs.plan import PARTS_FILE

Statement = aws_iam.PolicyStatement

READ = ["s3:GetObject"]
WRITE = ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"]


def name_machine(stage: Stage) -> str:
    """Return the name of a stage's state machine."""
    return stage.stack_name + JOBS_SUFFIX


def build_jobs_arn(scope: Construct, stage: Stage) -> str:
    """Build the ARN of a stage's state machine, which is known before the machine is built."""
    return _build_arn(scope, "stateMachine", name_machine(stage))


def list_job_variables(scope: Construct, stage: Stage) -> dict[str, str]:
    """List the environment variables with which the API offers jobs; empty where it does not."""
    jobs = stage.jobs
    return {
        "WINDVANE_JOBS_ARN": build_jobs_arn(scope, stage) if jobs else "",
        **list_location_variables(jobs),
    }


def list_location_variables(jobs: Jobs | None) -> dict[str, str]:
    """List the environment variables that say where jobs may read and write."""
    return {
        "WINDVANE_JOB_INPUTS": ",".join(jobs.inputs if jobs else ()),
        "WINDVANE_JOB_OUTPUTS": ",".join(jobs.outputs if jobs else ()),
    }


def allow_jobs(role: aws_iam.Role, stage: Stage) -> None:
    """Let the API start, list, show, stop and redrive jobs of its stage, if there are any."""
    if stage.jobs is None:
        return
    name = name_machine(stage)
    executions = _build_arn(role, "execution", f"{name}:*")
    map_runs = _build_arn(role, "mapRun", f"{name}/{JOB_MAP}:*")
    grants = {
        build_jobs_arn(role, stage): ["states:StartExecution", "states:ListExecutions"],
        executions: [
            "states:DescribeExecution",
            "states:ListMapRuns",
            "states:RedriveExecution",
            "states:StopExecution",
        ],
        map_runs: ["states:DescribeMapRun"],
    }
    _allow(role, grants)
    reason = "Each job is an execution of this one machine, whose name is not known before."
    _acknowledge_resources(role, (executions, map_runs), reason)


def allow_parts(role: aws_iam.Role, jobs: Jobs) -> None:
    """Let the state machine read the list of each job's parts."""
    lists = [f"{_to_arn(role, location)}*/{PARTS_FILE}" for location in jobs.outputs]
    role.add_to_policy(Statement(actions=READ, resources=lists))
    reason = "Each job has a folder, whose name is not known before, and its list of parts in it."
    _acknowledge_resources(role, lists, reason)


def allow_objects(role: aws_iam.Role, jobs: Jobs) -> None:
    """Let a function list and read the inputs, and list, read and write the outputs."""
    _allow_locations(role, jobs.inputs, READ)
    _allow_locations(role, jobs.outputs, WRITE)


def allow_keys(role: aws_iam.Role, jobs: Jobs) -> None:
    """Let a role use the keys of the buckets."""
    if jobs.kms_key_arns:
        actions = ["kms:Decrypt", "kms:GenerateDataKey"]
        role.add_to_policy(Statement(actions=actions, resources=list(jobs.kms_key_arns)))


def _allow_locations(role: aws_iam.Role, locations: Sequence[str], actions: list[str]) -> None:
    objects = [f"{_to_arn(role, location)}*" for location in locations]
    role.add_to_policy(Statement(actions=actions, resources=objects))
    for location in locations:
        bucket, _, prefix = location.removeprefix("s3://").partition("/")
        condition = {"StringLike": {"s3:prefix": [f"{prefix}*"]}}
        role.add_to_policy(
            Statement(
                actions=["s3:ListBucket"],
                resources=[_to_arn(role, bucket)],
                conditions=condition if prefix else None,
            )
        )
    reason = "A job reads and writes whatever objects are below the locations of the stage's file."
    _acknowledge_resources(role, objects, reason)


def _allow(role: aws_iam.Role, grants: dict[str, list[str]]) -> None:
    for resource, actions in grants.items():
        role.add_to_policy(Statement(actions=actions, resources=[resource]))


def _acknowledge_resources(role: aws_iam.Role, resources: Iterable[str], reason: str) -> None:
    acknowledge(
        role, {f"AwsSolutions-IAM5[Resource::{_name(role, each)}]": reason for each in resources}
    )


def _name(scope: Construct, arn: str) -> str:
    """Write an ARN as cdk-nag does."""
    resolved = Stack.of(scope).resolve(arn)
    parts = resolved["Fn::Join"][1] if isinstance(resolved, dict) else [resolved]
    return "".join(part if isinstance(part, str) else f"<{part['Ref']}>" for part in parts)


def _to_arn(scope: Construct, location: str) -> str:
    """Write a location, or a bucket's name, as an ARN."""
    partition = Stack.of(scope).partition
    return f"arn:{partition}:s3:::{location.removeprefix('s3://')}"


def _build_arn(scope: Construct, resource: str, name: str) -> str:
    return Stack.of(scope).format_arn(
        service="states",
        resource=resource,
        resource_name=name,
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )
