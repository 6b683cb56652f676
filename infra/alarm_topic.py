"""The SNS topic that alarms notify when they go off and when they are over."""

from collections.abc import Iterable

from aws_cdk import (
    Aws,
    aws_cloudwatch,
    aws_cloudwatch_actions,
    aws_iam,
    aws_sns,
    aws_sns_subscriptions,
)
from constructs import Construct

from infra.acknowledgement import acknowledge


class AlarmTopic(Construct):
    """The topic, with one subscriber at most; others subscribe to it in the account."""

    def __init__(self, scope: Construct, construct_id: str, *, email: str | None) -> None:
        """Build the topic.

        Args:
            scope: The stack.
            construct_id: Name within it.
            email: Subscriber of the topic, if any.
        """
        super().__init__(scope, construct_id)
        self.topic = aws_sns.Topic(self, "Topic", enforce_ssl=True, display_name="Windvane")
        # The policy that enforce_ssl adds replaces the default one, which allowed the account's
        # alarms to publish.
        self.topic.add_to_resource_policy(
            aws_iam.PolicyStatement(
                principals=[aws_iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
            )
        )
        if email:
            self.topic.add_subscription(aws_sns_subscriptions.EmailSubscription(email))
        acknowledge(
            self.topic,
            {
                "AwsSolutions-SNS2": "An alarm says which figure is over which threshold, no more. "
                "CloudWatch could publish to an encrypted topic only with a key of its own, $1 a "
                "month."
            },
        )

    def listen(self, alarms: Iterable[aws_cloudwatch.Alarm]) -> None:
        """Be told when an alarm goes off, and when it is over."""
        action = aws_cloudwatch_actions.SnsAction(self.topic)
        for alarm in alarms:
            alarm.add_alarm_action(action)
            alarm.add_ok_action(action)
