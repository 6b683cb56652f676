"""CodeDeploy's hook that asks a new version known texts before it gets traffic."""

import hashlib
import json
import shutil
import tempfile
from pathlib import Path

from aws_cdk import Duration, aws_codedeploy, aws_iam, aws_lambda
from constructs import Construct

from infra.acknowledgement import acknowledge, versions_of
from infra.known_texts import KnownTexts
from infra.log_group import build_log_group
from infra.model_bundle import ModelBundle
from infra.package_zip import write_zip
from infra.stages import Stage

ROOT = Path(__file__).parents[1]
CACHE = ROOT / "build" / "release-check"
SOURCE = (
    Path("functions", "__init__.py"),
    Path("functions", "module_archive.py"),
    Path("functions", "release_check"),
)
HOOK_PREFIX = "CodeDeployHook_"
"""Before the stack's name: CodeDeploy's own policy lets it call functions of such a name."""
HANDLER = "functions.release_check.handler.handler"


class ReleaseCheck(Construct):
    """A small function with the boto3 of Lambda's runtime."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: Stage,
        function: aws_lambda.Function,
        bundle: ModelBundle,
        known_texts: KnownTexts,
    ) -> None:
        """Build the function.

        Args:
            scope: The stack.
            construct_id: Name within it.
            stage: Its name, and which requests are slow.
            function: The function whose versions are checked.
            bundle: Bundle of the new version.
            known_texts: Texts and their labels.
        """
        super().__init__(scope, construct_id)
        self._checked = function
        self._log_group = build_log_group(self, "Log", stage=stage)
        self.role = aws_iam.Role(
            self,
            "Role",
            assumed_by=aws_iam.ServicePrincipal("lambda.amazonaws.com"),
            description="Windvane's release check",
        )
        self.function = self._build_function(stage, bundle, known_texts)

    def _build_function(
        self, stage: Stage, bundle: ModelBundle, known_texts: KnownTexts
    ) -> aws_lambda.Function:
        expectation = {
            "bundle_version": bundle.version,
            "labels": bundle.labels,
            "texts": known_texts,
            "slow_ms": stage.p99_alarm_ms,
        }
        function = aws_lambda.Function(
            self,
            "Function",
            function_name=HOOK_PREFIX + stage.stack_name,
            description="Windvane: asks a new version known texts before it gets traffic",
            code=aws_lambda.Code.from_asset(str(build_release_check_package())),
            handler=HANDLER,
            runtime=aws_lambda.Runtime.PYTHON_3_13,
            architecture=aws_lambda.Architecture.ARM_64,
            memory_size=256,
            timeout=Duration.minutes(5),
            environment={
                "WINDVANE_FUNCTION_NAME": self._checked.function_name,
                "WINDVANE_RELEASE_CHECK": json.dumps(expectation, ensure_ascii=False),
            },
            role=self.role.without_policy_updates(),
            log_group=self._log_group,
            logging_format=aws_lambda.LoggingFormat.JSON,
        )
        runtime = "The same Python as the function that it checks; see there."
        acknowledge(function, {"AwsSolutions-L1": f"{runtime} It needs nothing but boto3."})
        return function

    def allow(self, group: aws_codedeploy.LambdaDeploymentGroup) -> None:
        """Let the function check the versions of a deployment group, and say what it found."""
        arn = self._checked.function_arn
        grants = {
            f"{arn}:*": ["lambda:GetFunctionConfiguration", "lambda:InvokeFunction"],
            # AWS's pages differ on which of the two forms a request about a version is for.
            arn: ["lambda:GetFunctionConfiguration"],
            group.deployment_group_arn: [
                "codedeploy:GetDeployment",
                "codedeploy:PutLifecycleEventHookExecutionStatus",
            ],
            self._log_group.log_group_arn: ["logs:CreateLogStream", "logs:PutLogEvents"],
        }
        for resource, actions in grants.items():
            self.role.add_to_policy(aws_iam.PolicyStatement(actions=actions, resources=[resource]))
        reason = "Each deployment has a version of its own, whose number is not known before."
        acknowledge(
            self.role, {f"AwsSolutions-IAM5[Resource::{versions_of(self._checked)}]": reason}
        )


def build_release_check_package(cache: Path = CACHE) -> Path:
    """Write the hook's zip file, which holds its own modules alone, and return its path."""
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix="unfinished-") as scratch:
        folder, unfinished = Path(scratch, "package"), Path(scratch, "package.zip")
        for name in SOURCE:
            for path in [ROOT / name] if (ROOT / name).is_file() else (ROOT / name).glob("*.py"):
                copy = folder / path.relative_to(ROOT)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, copy)
        write_zip(folder, unfinished)
        digest = hashlib.sha256(unfinished.read_bytes()).hexdigest()[:16]
        return unfinished.replace(cache / f"{digest}.zip")
