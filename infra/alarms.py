"""The alarms that are not part of a release."""

from collections.abc import Iterator

from aws_cdk import Duration, aws_apigateway, aws_cloudwatch, aws_lambda, aws_logs, aws_sqs
from aws_cdk.aws_cloudwatch import ComparisonOperator
from constructs import Construct

from infra.metrics import function_metric, table_metric
from infra.stages import Stage
from infra.watch import Watch
from windvane.facts import METRIC_NAMESPACE, MetricName

FIVE_MINUTES = Duration.minutes(5)
HOUR = Duration.hours(1)
SERVER_ERROR_RATE = 0.01
CONCURRENCY_SHARE = 0.8
"""Share of the reserved concurrency, or of the account's, from which it is nearly used up."""
CONCURRENCY_SECTION = "concurrencynearlyused-accountconcurrencynearlyused"

QUOTA_METRIC = "QuotaExceeded."
"""With the stage's name behind it: requests refused since a key's quota was used up."""


class Alarms(Construct):
    """Alarms on the function, the table, the API and its keys; ``alarms`` lists them."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: Stage,
        function: aws_lambda.Function,
        api: aws_apigateway.RestApi,
        access_log: aws_logs.ILogGroup,
        table_name: str,
        dead_letters: aws_sqs.IQueue,
    ) -> None:
        """Build the alarms.

        Args:
            scope: The stack.
            construct_id: Name within it.
            stage: Its limits, and whether silence is an alarm.
            function: The function that serves the API.
            api: The endpoint.
            access_log: Log of the API's requests.
            table_name: The result table.
            dead_letters: Events that failed for good.
        """
        super().__init__(scope, construct_id)
        watches = {
            **_watch_function(function, dead_letters),
            **_watch_table(table_name),
            "ServerErrors": _watch_server_errors(api),
            "QuotaUsedUp": Watch(
                metric=self._count_quota_refusals(stage, access_log),
                means="A key's requests of the day are used up, and its callers get 429.",
                first="Find the key by its id in the API's log; raise its requests_per_day.",
                section="quotausedup",
            ),
            **dict(_watch_by_setting(stage, function, api)),
        }
        self.alarms = [
            watch.build(self, name, stage.runbook_url) for name, watch in watches.items()
        ]

    def _count_quota_refusals(
        self, stage: Stage, access_log: aws_logs.ILogGroup
    ) -> aws_cloudwatch.Metric:
        """API Gateway has no metric of its quotas, but logs why it refused a request."""
        refusals = aws_logs.MetricFilter(
            self,
            "QuotaRefusals",
            log_group=access_log,
            filter_pattern=aws_logs.FilterPattern.string_value(
                "$.refusedBecause", "=", "QUOTA_EXCEEDED"
            ),
            metric_namespace=METRIC_NAMESPACE,
            metric_name=QUOTA_METRIC + stage.name,
            metric_value="1",
        )
        return refusals.metric(statistic="Sum", period=FIVE_MINUTES)


def _watch_function(
    function: aws_lambda.Function, dead_letters: aws_sqs.IQueue
) -> dict[str, Watch]:
    return {
        "Throttles": Watch(
            metric=function.metric_throttles(period=FIVE_MINUTES),
            means="Requests were refused for lack of concurrency.",
            first="Raise reserved_concurrency, or the account's limit.",
            section="throttles",
        ),
        "NotLogged": Watch(
            metric=function_metric(MetricName.NOT_LOGGED, function.function_name),
            means="Answers were given whose results are not in the table.",
            first="Read the reasons in the function's log, then replay the results.",
            section="notlogged",
        ),
        "DeadLetters": Watch(
            metric=dead_letters.metric_approximate_number_of_messages_visible(
                period=FIVE_MINUTES, statistic="Maximum"
            ),
            means="Asynchronous events failed for good and wait in the dead-letter queue.",
            first="Read them and find their sender: the API sends none.",
            section="deadletters",
        ),
    }


def _watch_table(table_name: str) -> dict[str, Watch]:
    first = "On demand this passes as the table grows; if it lasts, look for a hot partition."
    return {
        f"{kind}sThrottled": Watch(
            metric=table_metric(f"{kind}ThrottleEvents", table_name),
            means=f"DynamoDB throttled {kind.lower()}s of the result table.",
            first=first,
            section="readsthrottled-writesthrottled",
        )
        for kind in ("Read", "Write")
    }


def _watch_server_errors(api: aws_apigateway.RestApi) -> Watch:
    return Watch(
        # The average of a count of 0 or 1 a request is the rate.
        metric=api.metric_server_error(period=FIVE_MINUTES, statistic="Average"),
        threshold=SERVER_ERROR_RATE,
        operator=ComparisonOperator.GREATER_THAN_THRESHOLD,
        means="More than 1 % of requests were answered with a 5xx.",
        first="Read the errors in the function's log, then refusedBecause in the API's.",
        section="servererrors",
    )


def _watch_account_concurrency() -> Watch:
    """Watch the pool that a function without a reservation shares with all others of the account.

    Only metrics of ``AWS/Usage`` know their quota:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Quotas-Visualize-Alarms.html
    """
    used = aws_cloudwatch.Metric(
        namespace="AWS/Usage",
        metric_name="ResourceCount",
        dimensions_map={
            "Service": "Lambda",
            "Type": "Resource",
            "Resource": "ConcurrentExecutions",
            "Class": "None",
        },
        statistic="Maximum",
        period=FIVE_MINUTES,
    )
    share = aws_cloudwatch.MathExpression(
        expression="used / SERVICE_QUOTA(used)",
        using_metrics={"used": used},
        label="share of the account's concurrency",
        period=FIVE_MINUTES,
    )
    return Watch(
        metric=share,
        threshold=CONCURRENCY_SHARE,
        means="80 % of the requests at once that the account allows were in use, by whichever "
        "function of the region.",
        first="See whose requests grew; ask AWS for more, or set reserved_concurrency.",
        section=CONCURRENCY_SECTION,
    )


def _watch_by_setting(
    stage: Stage, function: aws_lambda.Function, api: aws_apigateway.RestApi
) -> Iterator[tuple[str, Watch]]:
    if stage.reserved_concurrency:
        yield (
            "ConcurrencyNearlyUsed",
            Watch(
                metric=function.metric(
                    "ConcurrentExecutions", period=FIVE_MINUTES, statistic="Maximum"
                ),
                threshold=CONCURRENCY_SHARE * stage.reserved_concurrency,
                means=f"80 % of the {stage.reserved_concurrency} requests at once were in use.",
                first="See whose requests grew; raise reserved_concurrency before any is refused.",
                section=CONCURRENCY_SECTION,
            ),
        )
    else:
        yield "AccountConcurrencyNearlyUsed", _watch_account_concurrency()
    if stage.alarm_when_silent:
        yield (
            "Silence",
            Watch(
                metric=api.metric_count(period=HOUR, statistic="Sum"),
                operator=ComparisonOperator.LESS_THAN_THRESHOLD,
                is_silence_bad=True,
                means="No request came for an hour.",
                first="Send one yourself; if it is answered, ask the callers.",
                section="silence",
            ),
        )
