"""Metrics that the function writes (see windvane/observability.py), and those of its table."""

from aws_cdk import Duration, aws_cloudwatch

from windvane.facts import METRIC_NAMESPACE


def function_metric(
    name: str, function_name: str, *, statistic: str = "Sum", label: str | None = None
) -> aws_cloudwatch.Metric:
    """Build one of these metrics, over periods of five minutes.

    Args:
        name: One of `windvane.facts.MetricName`.
        function_name: Its only dimension.
        statistic: How CloudWatch aggregates the samples, such as ``p99``.
        label: Its label in a graph; by default, its name.
    """
    return aws_cloudwatch.Metric(
        namespace=METRIC_NAMESPACE,
        metric_name=name,
        dimensions_map={"function": function_name},
        statistic=statistic,
        period=Duration.minutes(5),
        label=label,
    )


def table_metric(name: str, table_name: str) -> aws_cloudwatch.Metric:
    """Build a sum of one of DynamoDB's metrics, over periods of five minutes.

    A metric from the table itself would name an account and a region, since the table is of another
    stack.

    Args:
        name: Such as ``ConsumedWriteCapacityUnits``; see
            https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html.
        table_name: Its only dimension.
    """
    return aws_cloudwatch.Metric(
        namespace="AWS/DynamoDB",
        metric_name=name,
        dimensions_map={"TableName": table_name},
        statistic="Sum",
        period=Duration.minutes(5),
    )
