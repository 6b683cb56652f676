"""How a new version goes live: CodeDeploy shifts the alias to it, part of the traffic first."""

from collections.abc import Mapping, Sequence

from aws_cdk import Duration, aws_cloudwatch, aws_codedeploy, aws_lambda
from constructs import Construct

from infra.acknowledgement import acknowledge, aws_policy
from windvane.facts import LIVE_ALIAS

MINUTE = Duration.minutes(1)
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
        traffic_shift: str,
        p99_alarm_ms: int,
    ) -> None:
        """Build the alias, its alarms and its deployments.

        Args:
            scope: The stack.
            construct_id: Name within it.
            function: The function whose current version goes live.
            traffic_shift: Name after ``CodeDeployDefault.Lambda``.
            p99_alarm_ms: Duration that 1 % of requests may exceed.
        """
        super().__init__(scope, construct_id)
        self.alias = aws_lambda.Alias(
            self, "Alias", alias_name=LIVE_ALIAS, version=function.current_version
        )
        alias = {"FunctionName": function.function_name, "Resource": self._resource(function)}
        newest = {**alias, "ExecutedVersion": function.current_version.version}
        # Alarms of the alias as a whole would stay on while a fix is deployed, since its canary
        # leaves most requests with the broken version.
        rollback_alarms = [
            self._build_errors_alarm("New", newest),
            self._build_p99_alarm("New", newest, p99_alarm_ms),
        ]
        self.alarms = [
            self._build_errors_alarm("", alias),
            self._build_p99_alarm("", alias, p99_alarm_ms),
            *rollback_alarms,
        ]
        self._build_deployments(traffic_shift, rollback_alarms)

    def _resource(self, function: aws_lambda.Function) -> str:
        return f"{function.function_name}:{LIVE_ALIAS}"

    def _build_errors_alarm(
        self, whose: str, dimensions: Mapping[str, str]
    ) -> aws_cloudwatch.Alarm:
        errors = aws_cloudwatch.Metric(
            namespace=NAMESPACE,
            metric_name="Errors",
            dimensions_map=dimensions,
            period=MINUTE,
            statistic="Sum",
        )
        return errors.create_alarm(
            self,
            f"{whose}ErrorsAlarm",
            alarm_description="The function failed. What a caller sends within the limits never "
            "makes it fail, so the fault is ours or AWS's: its log says more.",
            threshold=1,
            evaluation_periods=1,
            treat_missing_data=aws_cloudwatch.TreatMissingData.NOT_BREACHING,
        )

    def _build_p99_alarm(
        self, whose: str, dimensions: Mapping[str, str], p99_alarm_ms: int
    ) -> aws_cloudwatch.Alarm:
        duration = aws_cloudwatch.Metric(
            namespace=NAMESPACE,
            metric_name="Duration",
            dimensions_map=dimensions,
            period=MINUTE,
            statistic="p99",
        )
        return duration.create_alarm(
            self,
            f"{whose}DurationAlarm",
            alarm_description=f"1 % of requests took longer than {p99_alarm_ms} ms.",
            threshold=p99_alarm_ms,
            evaluation_periods=5,
            datapoints_to_alarm=3,
            comparison_operator=aws_cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            # With few requests the p99 would be the slowest one, a cold start.
            evaluate_low_sample_count_percentile="ignore",
            treat_missing_data=aws_cloudwatch.TreatMissingData.NOT_BREACHING,
        )

    def _build_deployments(
        self, traffic_shift: str, alarms: Sequence[aws_cloudwatch.IAlarm]
    ) -> None:
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
        )
        policy = "service-role/AWSCodeDeployRoleForLambdaLimited"
        acknowledge(
            group,
            {
                f"AwsSolutions-IAM4[Policy::{aws_policy(policy)}]": "AWS "
                "keeps this policy in step with what CodeDeploy calls to move a Lambda alias."
            },
        )
