"""The Lambda function that serves every route."""

from pathlib import Path

from aws_cdk import Duration, RemovalPolicy, aws_iam, aws_lambda, aws_logs, aws_s3, aws_sqs
from constructs import Construct

from infra.acknowledgement import acknowledge
from infra.bundle_upload import BundleUpload
from infra.data_stack import DataStack
from infra.encryption import allow_use_of_key
from infra.function_code import build_function_code
from infra.function_role import build_function_role
from infra.job_access import allow_jobs, list_job_variables
from infra.shadow_access import allow_shadow, list_shadow_variables
from infra.stages import Stage
from windvane.facts import FUNCTION_HANDLER

ARCHITECTURES = {
    "arm64": aws_lambda.Architecture.ARM_64,
    "x86_64": aws_lambda.Architecture.X86_64,
}


class ClassifyFunction(Construct):
    """The function, its role and its dead-letter queue."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: Stage,
        package: Path,
        data: DataStack,
        bucket: aws_s3.IBucket,
        upload: BundleUpload,
    ) -> None:
        """Build the function.

        Args:
            scope: The stack.
            construct_id: Name within it.
            stage: Settings of the function.
            package: Zip file with the code and its wheels, or the folder of the image's Dockerfile.
            data: Table and log that it writes.
            bucket: Bucket that it reads.
            upload: Bundle that it serves.
        """
        super().__init__(scope, construct_id)
        self.dead_letters = self._build_dead_letters()
        role = build_function_role(
            self,
            "Role",
            bucket=bucket,
            table=data.results.table,
            log_group=data.function_log,
            dead_letters=self.dead_letters,
            tracing=stage.tracing,
        )
        allow_use_of_key(role, stage)
        allow_jobs(role, stage)
        allow_shadow(role, stage)
        environment = {
            "WINDVANE_BUNDLE_URI": upload.bundle_uri,
            "WINDVANE_RESULT_LOG_URI": data.results.result_log_uri,
            "WINDVANE_STORE_TEXT": stage.store_text,
            "WINDVANE_RETENTION_DAYS": str(stage.retention_days),
            "WINDVANE_MIN_SCORE": f"{stage.min_score:f}",
            "WINDVANE_SUBJECT_KEY": data.subject_key.reference,
            "WINDVANE_MAX_TEXT_CHARS": str(stage.max_text_chars),
            "WINDVANE_MAX_BATCH_TEXTS": str(stage.max_batch_texts),
            "WINDVANE_MAX_BATCH_CHARS": str(stage.max_batch_chars),
            "WINDVANE_ALLOWED_ORIGINS": ",".join(stage.allowed_origins),
            "WINDVANE_BASE_PATH": stage.base_path,
            **list_job_variables(self, stage),
            **list_shadow_variables(stage),
        }
        self.function = self._build_function(stage, package, role, environment, data.function_log)
        # A version must not go live before its bundle is uploaded.
        self.function.node.add_dependency(upload.deployment)

    def _build_dead_letters(self) -> aws_sqs.Queue:
        queue = aws_sqs.Queue(
            self,
            "DeadLetters",
            enforce_ssl=True,
            encryption=aws_sqs.QueueEncryption.SQS_MANAGED,
            retention_period=Duration.days(14),
        )
        acknowledge(
            queue,
            {
                "AwsSolutions-SQS3": "This is the dead-letter queue: Lambda puts an asynchronous "
                "event here after its last retry, which the rule does not see."
            },
        )
        return queue

    def _build_function(
        self,
        stage: Stage,
        package: Path,
        role: aws_iam.Role,
        environment: dict[str, str],
        log_group: aws_logs.ILogGroup,
    ) -> aws_lambda.Function:
        code = build_function_code(package, FUNCTION_HANDLER, stage.architecture)
        function = aws_lambda.Function(
            self,
            "Function",
            function_name=stage.stack_name,
            description="Windvane: sentiment of a text",
            code=code.code,
            handler=code.handler,
            runtime=code.runtime,
            architecture=ARCHITECTURES[stage.architecture],
            memory_size=stage.memory_mb,
            timeout=Duration.seconds(stage.timeout_seconds),
            reserved_concurrent_executions=stage.reserved_concurrency,
            environment=environment,
            # build_function_role lists every permission; the CDK adds none.
            role=role.without_policy_updates(),
            tracing=aws_lambda.Tracing.ACTIVE if stage.tracing else aws_lambda.Tracing.PASS_THROUGH,
            snap_start=(
                aws_lambda.SnapStartConf.ON_PUBLISHED_VERSIONS if stage.snap_start else None
            ),
            dead_letter_queue=self.dead_letters,
            log_group=log_group,
            logging_format=aws_lambda.LoggingFormat.JSON,
            system_log_level_v2=aws_lambda.SystemLogLevel(stage.system_log_level),
            # A version pins code, settings and bundle, so moving the alias back restores all three.
            # A version that a failed canary rolled back is removed; otherwise the same code could
            # not be deployed again.
            current_version_options=aws_lambda.VersionOptions(
                removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
            ),
        )
        acknowledge(
            function,
            {
                "AwsSolutions-L1": "Wheels and byte code in the package are of Python 3.13, which "
                "Lambda supports until 2029; a newer one comes with a new package, measured first."
            },
        )
        if stage.snap_start:
            published = "Requests come by the alias, which points at a published version, always."
            acknowledge(function, {"@aws-cdk/aws-lambda:snapStartRequirePublish": published})
        return function
