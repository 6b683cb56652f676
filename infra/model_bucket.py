"""The bucket of bundles; a deployment uploads its bundle to ``bundles/<version>/``."""

from typing import cast

from aws_cdk import CfnResource, Duration, RemovalPolicy, Size, Stack, aws_s3, aws_s3_deployment
from constructs import Construct, IConstruct

from infra.acknowledgement import acknowledge, aws_policy, objects_of
from infra.log_group import build_log_group
from infra.model_bundle import ModelBundle
from infra.stages import Stage
from windvane.facts import BUNDLE_PREFIX, RETIRED_DAYS, RETIRED_TAG

NONCURRENT_DAYS = 30


class ModelBucket(Construct):
    """Keeps every deployed bundle, so that older function versions still run."""

    def __init__(
        self, scope: Construct, construct_id: str, *, stage: Stage, bundle: ModelBundle
    ) -> None:
        """Build the bucket and upload the bundle.

        Args:
            scope: The stack.
            construct_id: Name within it.
            stage: Whether the bucket outlives the stack.
            bundle: The bundle to upload.
        """
        super().__init__(scope, construct_id)
        self.bucket = aws_s3.Bucket(
            self,
            "Bucket",
            versioned=True,
            enforce_ssl=True,
            encryption=aws_s3.BucketEncryption.S3_MANAGED,
            block_public_access=aws_s3.BlockPublicAccess.BLOCK_ALL,
            lifecycle_rules=_build_lifecycle_rules(),
            removal_policy=RemovalPolicy.RETAIN if stage.keep_data else RemovalPolicy.DESTROY,
            auto_delete_objects=not stage.keep_data,
        )
        if not stage.keep_data:
            self._log_removal(stage)
        self.bundle_uri = f"s3://{self.bucket.bucket_name}/{BUNDLE_PREFIX}{bundle.version}/"
        self.upload = self._build_upload(stage, bundle)
        acknowledge(_function_of(self.upload), _explain_upload(self.bucket))
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

    def _build_upload(
        self, stage: Stage, bundle: ModelBundle
    ) -> aws_s3_deployment.BucketDeployment:
        return aws_s3_deployment.BucketDeployment(
            self,
            "Upload",
            sources=[
                aws_s3_deployment.Source.asset(
                    str(bundle.folder), exclude=["**", *(f"!{name}" for name in bundle.files)]
                )
            ],
            destination_bucket=self.bucket,
            destination_key_prefix=f"{BUNDLE_PREFIX}{bundle.version}/",
            # Older function versions still read the bundles they were published with.
            prune=False,
            retain_on_delete=True,
            memory_limit=1024,
            ephemeral_storage_size=Size.gibibytes(2),
            log_group=build_log_group(self, "UploadLog", stage=stage),
        )


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


def _function_of(upload: aws_s3_deployment.BucketDeployment) -> IConstruct:
    """Find the CDK's function that uploads; its role is the only way to it."""
    return cast(IConstruct, upload.handler_role.node.scope)


def _explain_upload(bucket: aws_s3.Bucket) -> dict[str, str]:
    role = (
        "The CDK's own function copies the bundle during a deployment; it reads the assets and "
        "writes this one bucket, and runs at no other time."
    )
    actions = ("Abort", "DeleteObject", "GetBucket", "GetObject", "List")
    assets = "arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/*"
    basic = aws_policy("service-role/AWSLambdaBasicExecutionRole")
    return {
        f"AwsSolutions-IAM4[Policy::{basic}]": role,
        **{f"AwsSolutions-IAM5[Action::s3:{action}*]": role for action in actions},
        f"AwsSolutions-IAM5[Resource::{assets}]": role,
        f"AwsSolutions-IAM5[Resource::{objects_of(bucket)}]": role,
        "AwsSolutions-L1": "The CDK chooses the runtime of its own function, with its AWS CLI.",
    }
