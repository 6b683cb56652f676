"""The bucket of bundles."""

from typing import cast

from aws_cdk import CfnResource, Duration, Stack, aws_kms, aws_s3
from constructs import Construct

from infra.acknowledgement import acknowledge
from infra.log_group import build_log_group
from infra.removal import removal_policy
from infra.stages import Stage
from windvane.facts import BUNDLE_PREFIX, RETIRED_DAYS, RETIRED_TAG

NONCURRENT_DAYS = 30


class ModelBucket(Construct):
    """Keeps every deployed bundle, so that older function versions still run."""

    def __init__(
        self, scope: Construct, construct_id: str, *, stage: Stage, key: aws_kms.IKey | None
    ) -> None:
        """Build the bucket.

        Args:
            scope: The stack.
            construct_id: Name within it.
            stage: Whether the bucket outlives the stack.
            key: Encrypts the bundles; None for S3's key.
        """
        super().__init__(scope, construct_id)
        self.bucket = aws_s3.Bucket(
            self,
            "Bucket",
            versioned=True,
            enforce_ssl=True,
            encryption=(aws_s3.BucketEncryption.KMS if key else aws_s3.BucketEncryption.S3_MANAGED),
            encryption_key=key,
            block_public_access=aws_s3.BlockPublicAccess.BLOCK_ALL,
            lifecycle_rules=_build_lifecycle_rules(),
            removal_policy=removal_policy(keep=stage.keep_data),
            auto_delete_objects=not stage.keep_data,
        )
        if not stage.keep_data:
            self._log_removal(stage)
        acknowledge(
            self.bucket,
            {
                "AwsSolutions-S1": "Only the function reads this bucket, once a cold start, and "
                "bundles are no secret: a log of reads would cost more than it could tell."
            },
        )

    def _log_removal(self, stage: Stage) -> None:
        """Give the CDK's function that empties the bucket a log that goes with the stack."""
        provider = Stack.of(self).node.find_child(
            "Custom::S3AutoDeleteObjectsCustomResourceProvider"
        )
        function = cast(CfnResource, provider.node.find_child("Handler"))
        log_group = build_log_group(self, "RemovalLog", stage=stage)
        function.add_property_override("LoggingConfig.LogGroup", log_group.log_group_name)


def _build_lifecycle_rules() -> list[aws_s3.LifecycleRule]:
    return [
        aws_s3.LifecycleRule(
            # S3 counts from the day an object was written, so a bundle is retired by copying it
            # onto itself with the tag.
            id="retired-bundles",
            prefix=BUNDLE_PREFIX,
            tag_filters=RETIRED_TAG,
            expiration=Duration.days(RETIRED_DAYS),
        ),
        aws_s3.LifecycleRule(
            id="replaced-and-deleted",
            noncurrent_version_expiration=Duration.days(NONCURRENT_DAYS),
            expired_object_delete_marker=True,
            abort_incomplete_multipart_upload_after=Duration.days(1),
        ),
    ]
