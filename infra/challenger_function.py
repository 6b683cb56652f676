"""The Lambda function whose challenger answers in shadow, and its role."""

from aws_cdk import Duration, aws_iam, aws_lambda, aws_logs
from constructs import Construct

from infra.acknowledgement import acknowledge, objects_of
from infra.background_function import (
    FunctionTask,
    build_background_function,
    build_background_role,
)
from infra.bundle_upload import BundleUpload
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
        bundle = f"{BUNDLE_PREFIX}{parts.challenger.version}/*"
        grants = {parts.bucket.arn_for_objects(bundle): ["s3:GetObject"]}
        role = build_background_role(
            self, DESCRIPTION, stage=stage, log_group=log_group, grants=grants
        )
        role.add_to_policy(_allow_records(parts.table_arn))
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
        task = FunctionTask(
            name=name_shadow(stage),
            description=DESCRIPTION,
            package=parts.package,
            handler=SHADOW_HANDLER,
            # The champion's, so that the times of both can be compared.
            memory_mb=stage.memory_mb,
            timeout=TIMEOUT,
            environment={
                "WINDVANE_BUNDLE_URI": upload.bundle_uri,
                "WINDVANE_RESULT_LOG_URI": parts.result_log_uri,
            },
            concurrency=parts.concurrency,
        )
        return build_background_function(self, task, stage=stage, role=role, log_group=log_group)


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
