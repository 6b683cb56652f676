"""AWS WAF in front of the API: blocks likely attacks, and floods from one address."""

from collections.abc import Sequence

from aws_cdk import aws_apigateway, aws_wafv2
from constructs import Construct

from infra.log_group import build_log_group
from infra.stages import Stage

WINDOW_SECONDS = 300
BODY_RULES = {
    "AWSManagedRulesAmazonIpReputationList": (),
    "AWSManagedRulesKnownBadInputsRuleSet": (
        "JavaDeserializationRCE_BODY",
        "Log4JRCE_BODY",
        "ReactJSRCE_BODY",
    ),
    "AWSManagedRulesCommonRuleSet": (
        "CrossSiteScripting_BODY",
        "EC2MetaDataSSRF_BODY",
        "GenericLFI_BODY",
        "GenericRFI_BODY",
        "SizeRestrictions_BODY",
    ),
}
"""AWS's groups, each with the rules that would block legitimate requests, since a text may hold
HTML, code or a path and exceed 8 KB. They only count; texts are never executed, stored as HTML or
put into a query."""


class WebFirewall(Construct):
    """Blocks requests before they reach the API, if the stage asks for it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        api_stage: aws_apigateway.Stage,
        stage: Stage,
    ) -> None:
        """Build the rules and attach them to the API.

        Args:
            scope: The stack.
            construct_id: Name within it.
            api_stage: The API's stage.
            stage: What all callers together may send; one address may send half.
        """
        super().__init__(scope, construct_id)
        if not stage.firewall:
            return
        acl = aws_wafv2.CfnWebACL(
            self,
            "Acl",
            scope="REGIONAL",
            default_action=aws_wafv2.CfnWebACL.DefaultActionProperty(allow={}),
            visibility_config=_measure("firewall"),
            rules=[
                _build_rate_rule(stage.requests_per_second / 2),
                *(
                    _build_group(priority, name, counted)
                    for priority, (name, counted) in enumerate(BODY_RULES.items(), 1)
                ),
            ],
        )
        aws_wafv2.CfnWebACLAssociation(
            self, "Association", resource_arn=api_stage.stage_arn, web_acl_arn=acl.attr_arn
        )
        self._log_refusals(stage, acl)

    def _log_refusals(self, stage: Stage, acl: aws_wafv2.CfnWebACL) -> None:
        """Log what was blocked or counted, without keys and query strings.

        WAF asks for the prefix of the log group's name.
        """
        log_group = build_log_group(
            self, "Log", stage=stage, name=f"aws-waf-logs-{stage.stack_name}"
        )
        conditions = [
            {"ActionCondition": {"Action": action}}
            for action in ("BLOCK", "COUNT", "EXCLUDED_AS_COUNT")
        ]
        field = aws_wafv2.CfnLoggingConfiguration.FieldToMatchProperty
        aws_wafv2.CfnLoggingConfiguration(
            self,
            "Logging",
            resource_arn=acl.attr_arn,
            log_destination_configs=[log_group.log_group_arn],
            redacted_fields=[
                *(field(single_header={"Name": name}) for name in ("x-api-key", "authorization")),
                field(query_string={}),
            ],
            logging_filter={
                "DefaultBehavior": "DROP",
                "Filters": [
                    {"Behavior": "KEEP", "Requirement": "MEETS_ANY", "Conditions": conditions}
                ],
            },
        )


def _build_rate_rule(requests_per_second: float) -> aws_wafv2.CfnWebACL.RuleProperty:
    return aws_wafv2.CfnWebACL.RuleProperty(
        name="flood",
        priority=0,
        action=aws_wafv2.CfnWebACL.RuleActionProperty(block={}),
        statement=aws_wafv2.CfnWebACL.StatementProperty(
            rate_based_statement=aws_wafv2.CfnWebACL.RateBasedStatementProperty(
                aggregate_key_type="IP",
                evaluation_window_sec=WINDOW_SECONDS,
                limit=int(requests_per_second * WINDOW_SECONDS),
            )
        ),
        visibility_config=_measure("flood"),
    )


def _build_group(
    priority: int, group: str, counted: Sequence[str]
) -> aws_wafv2.CfnWebACL.RuleProperty:
    count = aws_wafv2.CfnWebACL.RuleActionProperty(count={})
    return aws_wafv2.CfnWebACL.RuleProperty(
        name=group,
        priority=priority,
        override_action=aws_wafv2.CfnWebACL.OverrideActionProperty(none={}),
        statement=aws_wafv2.CfnWebACL.StatementProperty(
            managed_rule_group_statement=aws_wafv2.CfnWebACL.ManagedRuleGroupStatementProperty(
                vendor_name="AWS",
                name=group,
                rule_action_overrides=[
                    aws_wafv2.CfnWebACL.RuleActionOverrideProperty(name=rule, action_to_use=count)
                    for rule in counted
                ],
            )
        ),
        visibility_config=_measure(group),
    )


def _measure(name: str) -> aws_wafv2.CfnWebACL.VisibilityConfigProperty:
    # Sampled requests would show bodies, and with them texts, in the console.
    return aws_wafv2.CfnWebACL.VisibilityConfigProperty(
        metric_name=name, cloud_watch_metrics_enabled=True, sampled_requests_enabled=False
    )
