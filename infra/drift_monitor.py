"""The drift monitor of a stage: a function, its schedule, its alarms and its graphs."""

import json

from aws_cdk import (
    Duration,
    aws_cloudwatch,
    aws_events,
    aws_events_targets,
    aws_iam,
    aws_lambda,
    aws_logs,
)
from constructs import Construct

from infra.acknowledgement import acknowledge, objects_of
from infra.background_function import (
    FunctionTask,
    build_background_function,
    build_background_role,
)
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
        role = self._build_role(stage, code, results, log_group)
        limits = {DRIFT_LIMITS_VARIABLE: json.dumps(monitor.limits)} if monitor.limits else {}
        task = FunctionTask(
            name=stage.stack_name + MONITOR_SUFFIX,
            description=DESCRIPTION,
            package=code.package,
            handler=MONITOR_HANDLER,
            memory_mb=MEMORY_MB_PER_VCPU,
            timeout=TIMEOUT,
            environment={
                LIVE_FUNCTION_VARIABLE: stage.stack_name,
                "WINDVANE_RESULT_LOG_URI": results.result_log_uri,
                **limits,
            },
        )
        return build_background_function(self, task, stage=stage, role=role, log_group=log_group)

    def _build_role(
        self, stage: Stage, code: JobCode, results: ResultTable, log_group: aws_logs.ILogGroup
    ) -> aws_iam.Role:
        bundles = f"{BUNDLE_PREFIX}*"
        grants = {
            results.table.table_arn: ["dynamodb:Query"],
            code.bucket.arn_for_objects(bundles): ["s3:GetObject"],
            code.live.function_arn: ["lambda:GetFunctionConfiguration"],
        }
        role = build_background_role(
            self, DESCRIPTION, stage=stage, log_group=log_group, grants=grants
        )
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
