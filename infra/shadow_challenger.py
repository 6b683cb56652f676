"""The shadow of a stage: the challenger's bundle, its function, and the graphs of both."""

from aws_cdk import Duration, aws_cloudwatch, aws_lambda
from constructs import Construct

from infra.bundle_upload import BundleUpload
from infra.challenger_function import ChallengerFunction
from infra.metrics import function_metric
from infra.shadow_parts import ShadowParts
from infra.stages import Stage
from windvane.facts import MetricName

FIVE_MINUTES = Duration.minutes(5)


class ShadowChallenger(Construct):
    """All of it where the stage has a challenger, otherwise nothing.

    Attributes:
        graphs: For the stage's dashboard: a title and its metrics.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, stage: Stage, parts: ShadowParts | None
    ) -> None:
        """Build it.

        Args:
            scope: The stack.
            construct_id: Name within it.
            stage: Settings that the challenger shares with the API.
            parts: What the challenger's function runs, reads and writes; None for no challenger.
        """
        super().__init__(scope, construct_id)
        self.graphs: dict[str, list[aws_cloudwatch.IMetric]] = {}
        if parts:
            upload = BundleUpload(
                self, "Bundle", stage=stage, bucket=parts.bucket, bundle=parts.challenger
            )
            challenger = ChallengerFunction(
                self, "Challenger", stage=stage, parts=parts, upload=upload
            )
            self.graphs = _plot(stage.stack_name, challenger.function)


def _plot(
    api_function: str, function: aws_lambda.Function
) -> dict[str, list[aws_cloudwatch.IMetric]]:
    """Plot what the challenger answered, and what it did not: nothing of it is an alarm."""
    name = function.function_name
    return {
        "Shadow: texts": [
            function_metric(MetricName.SHADOW_TEXTS, name, label="answered by both"),
            function_metric(MetricName.SHADOW_DISAGREEMENTS, name, label="of them differently"),
            function_metric(MetricName.SHADOW_NOT_SENT, api_function, label="not sent"),
        ],
        "Shadow: events": [
            function.metric_invocations(period=FIVE_MINUTES, label="answered"),
            function.metric_errors(period=FIVE_MINUTES, label="errors"),
            function.metric_throttles(period=FIVE_MINUTES, label="throttled"),
            function.metric("AsyncEventsDropped", period=FIVE_MINUTES, statistic="Sum"),
        ],
    }
