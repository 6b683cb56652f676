"""What outlives the API: results, bundles, and the logs that hold results that were not logged."""

from aws_cdk import App, CfnOutput, Fn, Stack, aws_s3
from constructs import Construct

from infra.encryption import find_key
from infra.log_group import build_log_group
from infra.model_bucket import ModelBucket
from infra.result_table import ResultTable
from infra.stages import Stage
from infra.subject_key import SubjectKey

BUCKET_OUTPUT = "BucketName"


class DataStack(Stack):
    """The data of one stage, which a later `WindvaneStack` of the same stage finds again."""

    def __init__(self, app: App, *, stage: Stage) -> None:
        """Build the stack.

        Args:
            app: The app.
            stage: Whether the data is kept.
        """
        super().__init__(
            app,
            stage.data_stack_name,
            description="Windvane: results, bundles and logs",
            termination_protection=stage.keep_data,
        )
        key = find_key(self, stage)
        self.models = ModelBucket(self, "Models", stage=stage, key=key)
        CfnOutput(self, BUCKET_OUTPUT, value=self.models.bucket.bucket_name)
        keep = stage.keep_data
        self.function_log = build_log_group(self, "FunctionLog", stage=stage, keep=keep, key=key)
        self.access_log = build_log_group(self, "AccessLog", stage=stage, keep=keep, key=key)
        self.subject_key = SubjectKey(self, "SubjectKey", stage=stage, key=key)
        CfnOutput(self, "SubjectKeyArn", value=self.subject_key.arn)
        self.results = ResultTable(self, "Results", stage=stage, key=key)
        # Deletion protection would keep the table of a first deployment that is rolled back: it
        # comes last, so that nothing else can fail after it.
        self.results.node.add_dependency(
            self.models, self.function_log, self.access_log, self.subject_key
        )

    def find_bucket(self, scope: Construct, stage: Stage) -> aws_s3.IBucket:
        """Refer to the bucket from another stack.

        The reference that the CDK would make has a name that is not known before synthesis, and
        cdk-nag wants to be told which objects of the bucket a role may use.
        """
        name = Fn.get_stack_output(self.stack_name, BUCKET_OUTPUT)
        return aws_s3.Bucket.from_bucket_attributes(
            scope, "ModelBucket", bucket_name=name, encryption_key=find_key(scope, stage)
        )
