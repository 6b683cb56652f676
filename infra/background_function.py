"""A Lambda function that answers no requests: bulk jobs, drift monitor and shadow."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aws_cdk import Duration, aws_iam, aws_lambda, aws_logs
from constructs import Construct

from infra.acknowledgement import acknowledge
from infra.classify_function import ARCHITECTURES
from infra.encryption import allow_use_of_key
from infra.function_code import build_function_code
from infra.stages import Stage

_RUNTIME_REASON = (
    "The package is that of the API's function, whose wheels and byte code are of Python 3.13; "
    "see there."
)


@dataclass(frozen=True, kw_only=True)
class FunctionTask:
    """What a function does, and with what.

    Attributes:
        name: The function's name.
        description: Of the function and of its role.
        package: Zip file or folder of the image's Dockerfile, the same as that of the API.
        handler: Module and function that Lambda calls.
        memory_mb: Memory, which decides its share of processors too.
        timeout: Longest run.
        environment: Environment variables.
        concurrency: How many run at once; None for as many as the account has.
    """

    name: str
    description: str
    package: Path
    handler: str
    memory_mb: int
    timeout: Duration
    environment: Mapping[str, str]
    concurrency: int | None = None


def build_background_role(
    scope: Construct,
    description: str,
    *,
    stage: Stage,
    log_group: aws_logs.ILogGroup,
    grants: Mapping[str, list[str]],
) -> aws_iam.Role:
    """Build a role that writes to a log and does what is granted.

    Args:
        scope: The function's construct.
        description: Of the role.
        stage: Its key may be used where it has one.
        log_group: The function's log.
        grants: Actions by resource.
    """
    role = aws_iam.Role(
        scope,
        "Role",
        assumed_by=aws_iam.ServicePrincipal("lambda.amazonaws.com"),
        description=description,
    )
    log = {log_group.log_group_arn: ["logs:CreateLogStream", "logs:PutLogEvents"]}
    for resource, actions in {**grants, **log}.items():
        role.add_to_policy(aws_iam.PolicyStatement(actions=actions, resources=[resource]))
    allow_use_of_key(role, stage)
    return role


def build_background_function(
    scope: Construct,
    task: FunctionTask,
    *,
    stage: Stage,
    role: aws_iam.Role,
    log_group: aws_logs.ILogGroup,
) -> aws_lambda.Function:
    """Build a function; its role lists every permission, and the CDK adds none.

    Args:
        scope: The function's construct.
        task: What it does.
        stage: Architecture and log level, which it shares with the API.
        role: From ``build_background_role``.
        log_group: Its log.
    """
    runs = build_function_code(task.package, task.handler, stage.architecture)
    function = aws_lambda.Function(
        scope,
        "Function",
        function_name=task.name,
        description=task.description,
        code=runs.code,
        handler=runs.handler,
        runtime=runs.runtime,
        architecture=ARCHITECTURES[stage.architecture],
        memory_size=task.memory_mb,
        timeout=task.timeout,
        reserved_concurrent_executions=task.concurrency,
        environment=dict(task.environment),
        role=role.without_policy_updates(),
        log_group=log_group,
        logging_format=aws_lambda.LoggingFormat.JSON,
        system_log_level_v2=aws_lambda.SystemLogLevel(stage.system_log_level),
    )
    acknowledge(function, {"AwsSolutions-L1": _RUNTIME_REASON})
    return function
