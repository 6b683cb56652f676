"""The function's role: exactly the calls that its code makes, on its own resources."""

from aws_cdk import aws_dynamodb, aws_iam, aws_logs, aws_s3, aws_sqs
from constructs import Construct

from infra.acknowledgement import acknowledge, objects_of
from windvane.facts import BUNDLE_PREFIX, CLIENT_INDEX, SUBJECT_INDEX

TABLE_ACTIONS = [
    "dynamodb:BatchWriteItem",  # results are recorded; those of a subject deleted
    "dynamodb:GetItem",  # looked up
    "dynamodb:Query",  # listed
    "dynamodb:BatchGetItem",  # listed by client or subject: found in the index, read from the table
    "dynamodb:DeleteItem",  # deleted; an idempotency key released
    "dynamodb:UpdateItem",  # given feedback; a response stored
    "dynamodb:PutItem",  # an idempotency key claimed
]


def build_function_role(
    scope: Construct,
    construct_id: str,
    *,
    bucket: aws_s3.IBucket,
    table: aws_dynamodb.ITable,
    log_group: aws_logs.ILogGroup,
    dead_letters: aws_sqs.IQueue,
    tracing: bool,
) -> aws_iam.Role:
    """Build the role.

    Args:
        scope: The function's construct.
        construct_id: Name within it.
        bucket: Bucket of the bundles.
        table: The result table.
        log_group: The function's log group.
        dead_letters: Queue of failed events.
        tracing: Whether Lambda sends traces.
    """
    role = aws_iam.Role(
        scope,
        construct_id,
        assumed_by=aws_iam.ServicePrincipal("lambda.amazonaws.com"),
        description="Windvane's function",
    )
    bundles = f"{BUNDLE_PREFIX}*"
    _allow(role, ["s3:GetObject"], bucket.arn_for_objects(bundles))
    _allow(role, TABLE_ACTIONS, table.table_arn)
    for index in (CLIENT_INDEX, SUBJECT_INDEX):
        _allow(role, ["dynamodb:Query"], f"{table.table_arn}/index/{index}")
    _allow(role, ["logs:CreateLogStream", "logs:PutLogEvents"], log_group.log_group_arn)
    _allow(role, ["sqs:SendMessage"], dead_letters.queue_arn)
    acknowledge(
        role,
        {
            f"AwsSolutions-IAM5[Resource::{objects_of(bucket, bundles)}]": "Every version of "
            "the function has this role, and each reads the bundle that it was published with."
        },
    )
    if tracing:
        _allow(role, ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], "*")
        reason = "X-Ray's actions know no resources; they are granted only where the stage traces."
        acknowledge(role, {"AwsSolutions-IAM5[Resource::*]": reason})
    return role


def _allow(role: aws_iam.Role, actions: list[str], resource: str) -> None:
    role.add_to_policy(aws_iam.PolicyStatement(actions=actions, resources=[resource]))
