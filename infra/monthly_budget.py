"""A monthly budget of what a stage costs."""

from aws_cdk import aws_budgets, aws_iam, aws_sns
from constructs import Construct

from infra.stages import Stage

STAGE_TAG = "windvane-stage"
"""Every resource has this tag with the stage's name, by which costs can be told apart."""

PERCENT = 100


class MonthlyBudget(Construct):
    """Tells the alarms' topic when the month's costs are, or will be, over the budget."""

    def __init__(
        self, scope: Construct, construct_id: str, *, stage: Stage, topic: aws_sns.Topic
    ) -> None:
        """Build the budget, if the stage has one.

        Args:
            scope: The stack.
            construct_id: Name within it.
            stage: Its budget in US dollars.
            topic: Where to tell.
        """
        super().__init__(scope, construct_id)
        if stage.budget_usd is None:
            return
        topic.grant_publish(aws_iam.ServicePrincipal("budgets.amazonaws.com"))
        subscriber = aws_budgets.CfnBudget.SubscriberProperty(
            address=topic.topic_arn, subscription_type="SNS"
        )
        aws_budgets.CfnBudget(
            self,
            "Budget",
            budget=aws_budgets.CfnBudget.BudgetDataProperty(
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=aws_budgets.CfnBudget.SpendProperty(
                    amount=stage.budget_usd, unit="USD"
                ),
                cost_filters={"TagKeyValue": [f"user:{STAGE_TAG}${stage.name}"]},
            ),
            notifications_with_subscribers=[
                aws_budgets.CfnBudget.NotificationWithSubscribersProperty(
                    notification=aws_budgets.CfnBudget.NotificationProperty(
                        comparison_operator="GREATER_THAN",
                        notification_type=kind,
                        threshold=PERCENT,
                        threshold_type="PERCENTAGE",
                    ),
                    subscribers=[subscriber],
                )
                for kind in ("ACTUAL", "FORECASTED")
            ],
        )
