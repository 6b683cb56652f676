"""The metrics that the function writes into its log; see windvane/observability.py."""

from aws_cdk import Duration, aws_cloudwatch

from windvane.facts import METRIC_NAMESPACE


def own_metric(
    name: str, function_name: str, *, statistic: str = "Sum", label: str | None = None
) -> aws_cloudwatch.Metric:
    """Name one of them, over five minutes.

    Args:
        name: Such as ``NotLogged``.
        function_name: Its one dimension.
        statistic: How samples become one number.
        label: What a graph calls it; by default, its name.
    """
    return aws_cloudwatch.Metric(
        namespace=METRIC_NAMESPACE,
        metric_name=name,
        dimensions_map={"function": function_name},
        statistic=statistic,
        period=Duration.minutes(5),
        label=label,
    )
