"""Uploads the bundle of a deployment to ``bundles/<version>/`` of the model bucket."""

from typing import cast

from aws_cdk import Size, Stack, aws_s3, aws_s3_deployment
from constructs import Construct, IConstruct

from infra.acknowledgement import acknowledge, aws_policy, objects_of
from infra.log_group import build_log_group
from infra.model_bundle import ModelBundle
from infra.stages import Stage
from windvane.facts import BUNDLE_PREFIX


class BundleUpload(Construct):
    """A bundle in the bucket; ``deployment`` is done when it is there."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: Stage,
        bucket: aws_s3.IBucket,
        bundle: ModelBundle,
    ) -> None:
        """Upload the bundle.

        Args:
            scope: The stack.
            construct_id: Name within it.
            stage: How long the upload's log is kept.
            bucket: The model bucket.
            bundle: The bundle to upload.
        """
        super().__init__(scope, construct_id)
        prefix = f"{BUNDLE_PREFIX}{bundle.version}/"
        self.bundle_uri = f"s3://{bucket.bucket_name}/{prefix}"
        self.deployment = aws_s3_deployment.BucketDeployment(
            self,
            "Upload",
            sources=[
                aws_s3_deployment.Source.asset(
                    str(bundle.folder), exclude=["**", *(f"!{name}" for name in bundle.files)]
                )
            ],
            destination_bucket=bucket,
            destination_key_prefix=prefix,
            # Older function versions still read the bundles they were published with.
            prune=False,
            retain_on_delete=True,
            memory_limit=1024,
            ephemeral_storage_size=Size.gibibytes(2),
            log_group=build_log_group(self, "Log", stage=stage),
        )
        # The CDK's function that uploads; its role is the only way to it.
        uploader = cast(IConstruct, self.deployment.handler_role.node.scope)
        acknowledge(uploader, self._explain(bucket))

    def _explain(self, bucket: aws_s3.IBucket) -> dict[str, str]:
        role = (
            "The CDK's own function copies the bundle during a deployment; it reads the assets and "
            "writes this one bucket, and runs at no other time."
        )
        actions = (
            *(f"s3:{name}" for name in ("Abort", "DeleteObject", "GetBucket", "GetObject", "List")),
            # With a KMS key of the stage's own.
            *("kms:GenerateDataKey", "kms:ReEncrypt"),
        )
        qualifier = Stack.of(self).synthesizer.bootstrap_qualifier
        assets = (
            f"arn:<AWS::Partition>:s3:::cdk-{qualifier}-assets-<AWS::AccountId>-<AWS::Region>/*"
        )
        basic = aws_policy("service-role/AWSLambdaBasicExecutionRole")
        return {
            f"AwsSolutions-IAM4[Policy::{basic}]": role,
            **{f"AwsSolutions-IAM5[Action::{action}*]": role for action in actions},
            f"AwsSolutions-IAM5[Resource::{assets}]": role,
            f"AwsSolutions-IAM5[Resource::{objects_of(bucket)}]": role,
            "AwsSolutions-L1": "The CDK chooses the runtime of its own function, with its AWS CLI.",
        }
