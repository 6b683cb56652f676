"""How a new version goes live: CodeDeploy shifts the alias to it, part of the traffic first."""

from collections.abc import Mapping, Sequence

from aws_cdk import Duration, aws_cloudwatch, aws_codedeploy, aws_lambda
from constructs import Construct

from infra.acknowledgement import acknowledge, aws_policy, versions_of
from infra.release_check import ReleaseCheck
from infra.stages import Stage
from infra.watch import Watch
from windvane.facts import LIVE_ALIAS

MINUTE = Duration.minutes(1)
QUICK_PERCENT = 99
"""Percentage of requests that must be quick enough."""

NAMESPACE = "AWS/Lambda"
"""Its dimensions: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html"""


class Release(Construct):
    """The alias that API Gateway invokes; CodeDeploy moves it, and back if an alarm goes off."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        function: aws_lambda.Function,
        stage: Stage,
        check: ReleaseCheck,
    ) -> None:
        """Build the alias, its alarms and its deployments.

        Args:
            scope: The stack.
            construct_id: Name within it.
            function: The function whose current version goes live.
            stage: How the traffic shifts, and which requests are slow.
            check: Asks the new version before it gets traffic.
        """
        super().__init__(scope, construct_id)
        self.alias = aws_lambda.Alias(
            self,
            "Alias",
            alias_name=LIVE_ALIAS,
            version=function.current_version,
            provisioned_concurrent_executions=stage.provisioned_concurrency,
        )
        alias = {"FunctionName": function.function_name, "Resource": self._resource(function)}
        newest = {**alias, "ExecutedVersion": function.current_version.version}
        # Alarms of the alias as a whole would stay on while a fix is deployed, since its canary
        # leaves most requests with the broken version.
        rollback_alarms = self._watch("New", newest, stage)
        self.alarms = [*self._watch("", alias, stage), *rollback_alarms]
        self.deployments = self._build_deployments(stage.traffic_shift, rollback_alarms, check)
        # The check knows the new bundle before the alias moves.
        self.alias.node.add_dependency(check)

    def _resource(self, function: aws_lambda.Function) -> str:
        return f"{function.function_name}:{LIVE_ALIAS}"

    def _watch(
        self, whose: str, dimensions: Mapping[str, str], stage: Stage
    ) -> list[aws_cloudwatch.Alarm]:
        """Build the alarms on errors and on slow requests of a version or of the alias."""
        errors = Watch(
            metric=_build_metric("Errors", dimensions, "Sum"),
            means="The function failed.",
            first="What a caller sends within the limits never makes it fail, so the fault is ours "
            "or AWS's: read its log.",
            section="errorsalarm-newerrorsalarm",
        )
        within = f"PR(:{stage.p99_alarm_ms})"
        slow = Watch(
            # The share of requests that were quick enough. CloudWatch evaluates a percentile rank
            # with any number of requests; a p99, only if asked to, which a single one would decide.
            metric=_build_metric("Duration", dimensions, within),
            threshold=QUICK_PERCENT,
            operator=aws_cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
            bad_periods=3,
            periods=5,
            means=f"More than 1 % of requests took longer than {stage.p99_alarm_ms} ms, in three "
            "of five minutes.",
            first="Look for slow requests and cold starts in the logs.",
            section="durationalarm-newdurationalarm",
        )
        return [
            errors.build(self, f"{whose}ErrorsAlarm", stage.runbook_url),
            slow.build(self, f"{whose}DurationAlarm", stage.runbook_url),
        ]

    def _build_deployments(
        self, traffic_shift: str, alarms: Sequence[aws_cloudwatch.IAlarm], check: ReleaseCheck
    ) -> aws_codedeploy.LambdaDeploymentGroup:
        config = aws_codedeploy.LambdaDeploymentConfig.from_lambda_deployment_config_name(
            self, "TrafficShift", f"CodeDeployDefault.Lambda{traffic_shift}"
        )
        group = aws_codedeploy.LambdaDeploymentGroup(
            self,
            "Deployments",
            alias=self.alias,
            deployment_config=config,
            alarms=alarms,
            auto_rollback=aws_codedeploy.AutoRollbackConfig(
                failed_deployment=True, stopped_deployment=True, deployment_in_alarm=True
            ),
            pre_hook=check.function,
        )
        check.allow(group)
        policy = "service-role/AWSCodeDeployRoleForLambdaLimited"
        acknowledge(
            group,
            {
                f"AwsSolutions-IAM5[Resource::{versions_of(check.function)}]": "CodeDeploy calls "
                "the check, whose versions the CDK lets it call too; there are none.",
                f"AwsSolutions-IAM4[Policy::{aws_policy(policy)}]": "AWS "
                "keeps this policy in step with what CodeDeploy calls to move a Lambda alias.",
            },
        )
        return group


def _build_metric(
    name: str, dimensions: Mapping[str, str], statistic: str
) -> aws_cloudwatch.Metric:
    return aws_cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name=name,
        dimensions_map=dimensions,
        period=MINUTE,
        statistic=statistic,
    )
