"""The Lambda function whose challenger answers in shadow, and its role."""

from aws_cdk import Duration, aws_iam, aws_lambda, aws_logs
from constructs import Construct

from infra.acknowledgement import acknowledge, acknowledge_runtime, objects_of
from infra.bundle_upload import BundleUpload
from infra.classify_function import ARCHITECTURES
from infra.encryption import allow_use_of_key
from infra.function_code import build_function_code
from infra.log_group import build_log_group
from infra.shadow_access import name_shadow
from infra.shadow_parts import ShadowParts
from infra.stages import Stage
from windvane.facts import BUNDLE_PREFIX, SHADOW_HANDLER, SHADOW_PARTITION_PREFIX

DESCRIPTION = "Windvane: a challenger answers in shadow"
TIMEOUT = Duration.minutes(1)
MAX_EVENT_AGE = Duration.minutes(1)
"""As short as Lambda allows: so long a text waits for a process at most."""


class ChallengerFunction(Construct):
    """The function; it reads its own bundle, and writes its own records."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: Stage,
        parts: ShadowParts,
        upload: BundleUpload,
    ) -> None:
        """Build the function.

        Args:
            scope: The shadow's construct.
            construct_id: Name within it.
            stage: Settings that it shares with the API.
            parts: What it runs, reads and writes.
            upload: The challenger's bundle.
        """
        super().__init__(scope, construct_id)
        log_group = build_log_group(self, "Log", stage=stage)
        role = self._build_role(stage, parts, log_group)
        self.function = self._build_function(stage, parts, upload, role, log_group)
        # The bundle is there before the first text comes.
        self.function.node.add_dependency(upload.deployment)
        # No text is tried again, and none is left in a queue of failed events.
        self.function.configure_async_invoke(max_event_age=MAX_EVENT_AGE, retry_attempts=0)

    def _build_role(
        self, stage: Stage, parts: ShadowParts, log_group: aws_logs.ILogGroup
    ) -> aws_iam.Role:
        role = aws_iam.Role(
            self,
            "Role",
            assumed_by=aws_iam.ServicePrincipal("lambda.amazonaws.com"),
            description=DESCRIPTION,
        )
        bundle = f"{BUNDLE_PREFIX}{parts.challenger.version}/*"
        grants = {
            parts.bucket.arn_for_objects(bundle): ["s3:GetObject"],
            log_group.log_group_arn: ["logs:CreateLogStream", "logs:PutLogEvents"],
        }
        for resource, actions in grants.items():
            role.add_to_policy(aws_iam.PolicyStatement(actions=actions, resources=[resource]))
        role.add_to_policy(_allow_records(parts.table_arn))
        allow_use_of_key(role, stage)
        reason = "The files of the challenger's bundle, which is the last part of the path."
        acknowledge(
            role, {f"AwsSolutions-IAM5[Resource::{objects_of(parts.bucket, bundle)}]": reason}
        )
        return role

    def _build_function(
        self,
        stage: Stage,
        parts: ShadowParts,
        upload: BundleUpload,
        role: aws_iam.Role,
        log_group: aws_logs.ILogGroup,
    ) -> aws_lambda.Function:
        runs = build_function_code(parts.package, SHADOW_HANDLER, stage.architecture)
        function = aws_lambda.Function(
            self,
            "Function",
            function_name=name_shadow(stage),
            description=DESCRIPTION,
            code=runs.code,
            handler=runs.handler,
            runtime=runs.runtime,
            architecture=ARCHITECTURES[stage.architecture],
            # The champion's, so that the times of both can be compared.
            memory_size=stage.memory_mb,
            timeout=TIMEOUT,
            reserved_concurrent_executions=parts.concurrency,
            environment={
                "WINDVANE_BUNDLE_URI": upload.bundle_uri,
                "WINDVANE_RESULT_LOG_URI": parts.result_log_uri,
            },
            role=role.without_policy_updates(),
            log_group=log_group,
            logging_format=aws_lambda.LoggingFormat.JSON,
            system_log_level_v2=aws_lambda.SystemLogLevel(stage.system_log_level),
        )
        acknowledge_runtime(function)
        return function


def _allow_records(table_arn: str) -> aws_iam.PolicyStatement:
    """Allow to write records of challengers, and no results.

    See https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html.
    """
    return aws_iam.PolicyStatement(
        actions=["dynamodb:BatchWriteItem"],
        resources=[table_arn],
        conditions={
            "ForAllValues:StringLike": {"dynamodb:LeadingKeys": [f"{SHADOW_PARTITION_PREFIX}*"]}
        },
    )
