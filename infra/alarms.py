"""CloudWatch alarms, and the SNS topic that they notify."""

from collections.abc import Sequence

from aws_cdk import (
    Aws,
    Duration,
    aws_apigateway,
    aws_cloudwatch,
    aws_cloudwatch_actions,
    aws_iam,
    aws_lambda,
    aws_sns,
    aws_sns_subscriptions,
    aws_sqs,
)
from constructs import Construct

from infra.acknowledgement import acknowledge
from infra.metrics import function_metric
from windvane.facts import MetricName

FIVE_MINUTES = Duration.minutes(5)
SERVER_ERROR_RATE = 0.01


class Alarms(Construct):
    """The alarms that are not part of a release, and the topic of all alarms."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        function: aws_lambda.Function,
        api: aws_apigateway.RestApi,
        dead_letters: aws_sqs.IQueue,
        release_alarms: Sequence[aws_cloudwatch.Alarm],
        email: str | None,
    ) -> None:
        """Build the topic and the alarms.

        Args:
            scope: The stack.
            construct_id: Name within it.
            function: The function that serves the API.
            api: The endpoint.
            dead_letters: Events that failed for good.
            release_alarms: The release's alarms, which notify the same topic.
            email: Subscriber of the topic, if any.
        """
        super().__init__(scope, construct_id)
        self.topic = self._build_topic(email)
        watched = {
            "Throttles": (
                function.metric_throttles(period=FIVE_MINUTES),
                "Requests were refused for lack of concurrency: raise reserved_concurrency, or "
                "the account's limit.",
            ),
            "NotLogged": (
                function_metric(MetricName.NOT_LOGGED, function.function_name),
                "Answers were given whose results are not in the table. They are in the "
                'function\'s log, as "result not logged".',
            ),
            "DeadLetters": (
                dead_letters.metric_approximate_number_of_messages_visible(
                    period=FIVE_MINUTES, statistic="Maximum"
                ),
                "Asynchronous events failed for good and wait in the dead-letter queue.",
            ),
        }
        alarms = [self._watch(name, *what) for name, what in watched.items()]
        for alarm in (*alarms, self._watch_server_errors(api), *release_alarms):
            alarm.add_alarm_action(aws_cloudwatch_actions.SnsAction(self.topic))

    def _build_topic(self, email: str | None) -> aws_sns.Topic:
        topic = aws_sns.Topic(self, "Topic", enforce_ssl=True, display_name="Windvane")
        # The policy that enforce_ssl adds replaces the default one, which allowed the account's
        # alarms to publish.
        topic.add_to_resource_policy(
            aws_iam.PolicyStatement(
                principals=[aws_iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
            )
        )
        if email:
            topic.add_subscription(aws_sns_subscriptions.EmailSubscription(email))
        acknowledge(
            topic,
            {
                "AwsSolutions-SNS2": "An alarm says which figure is over which threshold, no more. "
                "CloudWatch could publish to an encrypted topic only with a key of its own, $1 a "
                "month."
            },
        )
        return topic

    def _watch(
        self, name: str, metric: aws_cloudwatch.Metric, description: str
    ) -> aws_cloudwatch.Alarm:
        return metric.create_alarm(
            self,
            name,
            alarm_description=description,
            threshold=1,
            evaluation_periods=1,
            treat_missing_data=aws_cloudwatch.TreatMissingData.NOT_BREACHING,
        )

    def _watch_server_errors(self, api: aws_apigateway.RestApi) -> aws_cloudwatch.Alarm:
        # The average of a count of 0 or 1 a request is the rate.
        rate = api.metric_server_error(period=FIVE_MINUTES, statistic="Average")
        return rate.create_alarm(
            self,
            "ServerErrors",
            alarm_description="More than 1 % of requests were answered with a 5xx.",
            threshold=SERVER_ERROR_RATE,
            evaluation_periods=1,
            comparison_operator=aws_cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            treat_missing_data=aws_cloudwatch.TreatMissingData.NOT_BREACHING,
        )
