"""The CloudWatch dashboard of a stage."""

from collections.abc import Mapping

from aws_cdk import (
    Aws,
    CfnMapping,
    Duration,
    aws_apigateway,
    aws_cloudwatch,
    aws_dynamodb,
    aws_lambda,
)
from constructs import Construct

from infra.metrics import function_metric, table_metric
from infra.stages import Stage
from windvane.facts import MetricName
from windvane.prices import PRICES

HALF = 12
HOUR = Duration.hours(1)

CONSOLES = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}
"""Domain of the console, by AWS partition."""


class Dashboard(Construct):
    """Latency, cold starts, labels, scores, lengths of texts, errors and cost."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: Stage,
        labels: tuple[str, ...],
        function: aws_lambda.Function,
        api: aws_apigateway.RestApi,
        table: aws_dynamodb.ITable,
    ) -> None:
        """Build the dashboard.

        Args:
            scope: The stack.
            construct_id: Name within it.
            stage: The stage.
            labels: Labels of the bundle.
            function: The function that serves the API.
            api: The endpoint.
            table: The result table.
        """
        super().__init__(scope, construct_id)
        self._function_name = function.function_name
        # Dashboards belong to the account: each region needs a name of its own.
        name = f"{stage.stack_name}-{Aws.REGION}"
        self._dashboard = aws_cloudwatch.Dashboard(
            self, "Dashboard", dashboard_name=name, default_interval=Duration.days(1)
        )
        self._dashboard.add_widgets(
            _graph("Latency, ms", [api.metric_latency(statistic=s) for s in ("p50", "p99")]),
            _graph(
                "Time of a request's texts, ms",
                self._plot(MetricName.CLASSIFY_TIME, "p50", "p99"),
            ),
            _graph(
                "Of which, p50 ms",
                self._compare(
                    "p50", MetricName.ENCODE_TIME, MetricName.RUN_TIME, MetricName.LOG_TIME
                ),
            ),
            _graph("Cold starts", self._plot(MetricName.COLD_START, "Sum")),
            _graph("Requests and errors", _count_requests(api, function)),
            _graph("Labels", [self._count_label(label) for label in labels], stacked=True),
            _graph("Score of the label", self._plot(MetricName.SCORE, "p10", "p50")),
            _graph(
                "Length of texts, characters",
                self._plot(MetricName.TEXT_CHARS, "p50", "p99"),
            ),
            _graph(
                "Texts, tokens, windows",
                self._compare("Sum", MetricName.TEXTS, MetricName.TOKENS, MetricName.WINDOWS),
            ),
            _graph("Results not logged", self._plot(MetricName.NOT_LOGGED, "Sum")),
            self._build_cost(stage, function, api, table),
        )
        self.url = (
            f"https://{Aws.REGION}.{_find_console(self)}/cloudwatch/home"
            f"?region={Aws.REGION}#dashboards/dashboard/{name}"
        )

    def add(self, graphs: Mapping[str, list[aws_cloudwatch.IMetric]]) -> None:
        """Add a row of graphs, each a title with its metrics."""
        if graphs:
            self._dashboard.add_widgets(*(_graph(*each) for each in graphs.items()))

    def _plot(self, name: str, *statistics: str) -> list[aws_cloudwatch.IMetric]:
        return [
            function_metric(name, self._function_name, statistic=statistic, label=statistic)
            for statistic in statistics
        ]

    def _compare(self, statistic: str, *names: str) -> list[aws_cloudwatch.IMetric]:
        return [function_metric(name, self._function_name, statistic=statistic) for name in names]

    def _count_label(self, label: str) -> aws_cloudwatch.Metric:
        return function_metric(MetricName.LABEL_PREFIX + label, self._function_name, label=label)

    def _build_cost(
        self,
        stage: Stage,
        function: aws_lambda.Function,
        api: aws_apigateway.RestApi,
        table: aws_dynamodb.ITable,
    ) -> aws_cloudwatch.GraphWidget:
        gb_second = PRICES.gb_second[stage.architecture] * stage.memory_mb / 1024
        dollars = "+".join(
            [
                f"duration/1000*{gb_second:.10f}",
                f"invocations*{PRICES.invocation:.10f}",
                f"requests*{PRICES.rest_request:.10f}",
                f"writes*{PRICES.table_write:.10f}",
            ]
        )
        cost = aws_cloudwatch.MathExpression(
            expression=f"1000000*({dollars})/texts",
            label="US dollars",
            period=HOUR,
            using_metrics={
                "duration": function.metric_duration(statistic="Sum"),
                "invocations": function.metric_invocations(),
                "requests": api.metric_count(),
                "writes": table_metric("ConsumedWriteCapacityUnits", table.table_name),
                "texts": function_metric(MetricName.TEXTS, self._function_name),
            },
        )
        title = (
            "A million texts cost, without logs and alarms "
            f"(prices of {PRICES.region}, {PRICES.as_of})"
        )
        return _graph(title, [cost], width=2 * HALF)


def _find_console(scope: Construct) -> str:
    """Return the console's domain in the partition that the stack is deployed to."""
    consoles = CfnMapping(
        scope,
        "Consoles",
        mapping={partition: {"domain": domain} for partition, domain in CONSOLES.items()},
    )
    return consoles.find_in_map(Aws.PARTITION, "domain")


def _count_requests(
    api: aws_apigateway.RestApi, function: aws_lambda.Function
) -> list[aws_cloudwatch.IMetric]:
    return [
        api.metric_count(label="requests"),
        api.metric_client_error(label="4xx", statistic="Sum"),
        api.metric_server_error(label="5xx", statistic="Sum"),
        function.metric_throttles(label="throttled"),
    ]


def _graph(
    title: str,
    metrics: list[aws_cloudwatch.IMetric],
    *,
    stacked: bool = False,
    width: int = HALF,
) -> aws_cloudwatch.GraphWidget:
    return aws_cloudwatch.GraphWidget(
        title=title,
        left=metrics,
        stacked=stacked,
        width=width,
        left_y_axis=aws_cloudwatch.YAxisProps(min=0),
    )
