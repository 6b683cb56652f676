"""Tells the alarms' topic when a release failed, of which CloudWatch has no metric."""

from aws_cdk import aws_codedeploy, aws_events, aws_events_targets, aws_sns
from constructs import Construct

from infra.watch import RUNBOOK_ALARMS


class FailedDeployment(Construct):
    """An event rule of one deployment group."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        group: aws_codedeploy.ILambdaDeploymentGroup,
        topic: aws_sns.ITopic,
        runbook: str,
    ) -> None:
        """Build the rule.

        Args:
            scope: The stack.
            construct_id: Name within it.
            group: CodeDeploy's deployment group.
            topic: Where to tell.
            runbook: Address of the runbook.
        """
        super().__init__(scope, construct_id)
        deployment = aws_events.EventField.from_path("$.detail.deploymentId")
        state = aws_events.EventField.from_path("$.detail.state")
        message = (
            f"Deployment {deployment} of {group.deployment_group_name} ended as {state}: the "
            "version before it answers. Read why with aws deploy get-deployment --deployment-id "
            f"{deployment}, repair it and deploy again. See {runbook}#{RUNBOOK_ALARMS}deployment"
        )
        aws_events.Rule(
            self,
            "Rule",
            description="A release of Windvane failed or was stopped",
            event_pattern=aws_events.EventPattern(
                source=["aws.codedeploy"],
                detail_type=["CodeDeploy Deployment State-change Notification"],
                detail={
                    "deploymentGroup": [group.deployment_group_name],
                    "state": ["FAILURE", "STOP"],
                },
            ),
            targets=[
                aws_events_targets.SnsTopic(
                    topic, message=aws_events.RuleTargetInput.from_text(message)
                )
            ],
        )
