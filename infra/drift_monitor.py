"""The drift monitor of a stage: a function, its schedule, its alarms and its graphs."""

import json

from aws_cdk import Duration, aws_cloudwatch, aws_events, aws_events_targets, aws_iam, aws_lambda
from constructs import Construct

from infra.acknowledgement import acknowledge, acknowledge_runtime, objects_of
from infra.classify_function import ARCHITECTURES
from infra.encryption import allow_use_of_key
from infra.function_code import build_function_code
from infra.job_function import JobCode
from infra.log_group import build_log_group
from infra.metrics import function_metric
from infra.model_bundle import ModelBundle
from infra.result_table import ResultTable
from infra.stage_tables import Monitor
from infra.stages import Stage, StageError
from infra.watch import Watch
from windvane.facts import (
    BUNDLE_PREFIX,
    DRIFT_FEATURES,
    DRIFT_LIMITS_VARIABLE,
    LIVE_FUNCTION_VARIABLE,
    MEMORY_MB_PER_VCPU,
    MONITOR_HANDLER,
    MONITOR_SUFFIX,
    MetricName,
)

DESCRIPTION = "Windvane: compares results with the bundle's reference profile"
TIMEOUT = Duration.minutes(5)


def check_profile(stage: Stage, bundle: ModelBundle) -> None:
    """Check that a stage with a monitor has something to compare its results with.

    Raises:
        StageError: The bundle has no reference profile, or one without languages, which have a
            limit.
    """
    if stage.monitor and not bundle.has_profile:
        raise StageError(
            f"stages/{stage.name}.toml, key monitor: the bundle {bundle.folder} has no reference "
            "profile; windvane monitor profile writes one."
        )
    if stage.monitor and "language" in stage.monitor.limits and not bundle.has_languages:
        raise StageError(
            f"stages/{stage.name}.toml, key monitor.limits: the profile of the bundle "
            f"{bundle.folder} has no languages, so that they can have no limit."
        )


class DriftMonitor(Construct):
    """All of it where the stage has a ``[monitor]`` table, otherwise nothing.

    Attributes:
        alarms: For the stage's topic.
        graphs: For the stage's dashboard: a title and its metrics.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: Stage,
        code: JobCode,
        results: ResultTable,
    ) -> None:
        """Build what the stage asks for.

        Args:
            scope: The stack.
            construct_id: Name within it.
            stage: Its ``monitor``.
            code: What the function runs.
            results: The result table.
        """
        super().__init__(scope, construct_id)
        self.alarms: list[aws_cloudwatch.Alarm] = []
        self.graphs: dict[str, list[aws_cloudwatch.IMetric]] = {}
        if stage.monitor:
            function = self._build_function(stage, code, results, stage.monitor)
            self._build_schedule(stage.monitor, function)
            self._watch(stage, stage.monitor, function)

    def _build_function(
        self, stage: Stage, code: JobCode, results: ResultTable, monitor: Monitor
    ) -> aws_lambda.Function:
        log_group = build_log_group(self, "Log", stage=stage)
        role = self._build_role(stage, code, results)
        role.add_to_policy(
            aws_iam.PolicyStatement(
                actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                resources=[log_group.log_group_arn],
            )
        )
        limits = {DRIFT_LIMITS_VARIABLE: json.dumps(monitor.limits)} if monitor.limits else {}
        runs = build_function_code(code.package, MONITOR_HANDLER, stage.architecture)
        function = aws_lambda.Function(
            self,
            "Function",
            function_name=stage.stack_name + MONITOR_SUFFIX,
            description=DESCRIPTION,
            code=runs.code,
            handler=runs.handler,
            runtime=runs.runtime,
            architecture=ARCHITECTURES[stage.architecture],
            memory_size=MEMORY_MB_PER_VCPU,
            timeout=TIMEOUT,
            environment={
                LIVE_FUNCTION_VARIABLE: stage.stack_name,
                "WINDVANE_RESULT_LOG_URI": results.result_log_uri,
                **limits,
            },
            role=role.without_policy_updates(),
            log_group=log_group,
            logging_format=aws_lambda.LoggingFormat.JSON,
            system_log_level_v2=aws_lambda.SystemLogLevel(stage.system_log_level),
        )
        acknowledge_runtime(function)
        return function

    def _build_role(self, stage: Stage, code: JobCode, results: ResultTable) -> aws_iam.Role:
        role = aws_iam.Role(
            self,
            "Role",
            assumed_by=aws_iam.ServicePrincipal("lambda.amazonaws.com"),
            description=DESCRIPTION,
        )
        bundles = f"{BUNDLE_PREFIX}*"
        grants = {
            results.table.table_arn: ["dynamodb:Query"],
            code.bucket.arn_for_objects(bundles): ["s3:GetObject"],
            code.live.function_arn: ["lambda:GetFunctionConfiguration"],
        }
        for resource, actions in grants.items():
            role.add_to_policy(aws_iam.PolicyStatement(actions=actions, resources=[resource]))
        allow_use_of_key(role, stage)
        reason = "Results are compared with the profile of whichever bundle is live."
        acknowledge(
            role, {f"AwsSolutions-IAM5[Resource::{objects_of(code.bucket, bundles)}]": reason}
        )
        return role

    def _build_schedule(self, monitor: Monitor, function: aws_lambda.Function) -> None:
        target = aws_events_targets.LambdaFunction(function, retry_attempts=2)
        aws_events.Rule(
            self,
            "Schedule",
            description=DESCRIPTION,
            schedule=aws_events.Schedule.rate(Duration.hours(monitor.every_hours)),
            targets=[target],
        )

    def _watch(self, stage: Stage, monitor: Monitor, function: aws_lambda.Function) -> None:
        period = Duration.hours(monitor.every_hours)
        name = function.function_name
        exceeded = function_metric(MetricName.DRIFT_EXCEEDED, name, statistic="Maximum")
        watches = {
            "Drift": Watch(
                metric=exceeded.with_(period=period),
                means="The results of a day differ from the bundle's reference profile.",
                first="On the stage's table, `windvane monitor` shows what differs.",
                section="drift",
            ),
            "MonitorFailed": Watch(
                metric=function.metric_errors(period=Duration.minutes(5)),
                means="The results of a day could not be compared with the reference profile.",
                first="Read why in the log of the monitor's function.",
                section="monitorfailed",
            ),
        }
        self.alarms = [watch.build(self, key, stage.runbook_url) for key, watch in watches.items()]
        self.graphs = {
            "Drift: population stability index": [
                function_metric(
                    f"{MetricName.DRIFT_PREFIX}{feature}.psi",
                    name,
                    statistic="Maximum",
                    label=feature,
                )
                for feature in DRIFT_FEATURES
            ],
            "Drift: results compared, figures beyond their limits": [
                function_metric(MetricName.DRIFT_RECORDS, name, statistic="Maximum"),
                exceeded,
            ],
        }
