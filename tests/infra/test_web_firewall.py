from tests.infra.synthesized import SynthesizedStage


def test_firewall_is_off_unless_the_stage_asks(
    prod: SynthesizedStage, all_on: SynthesizedStage
) -> None:
    assert not prod.find("AWS::WAFv2::WebACL")
    assert all_on.find("AWS::WAFv2::WebACL")


def test_firewall_stands_before_the_api(all_on: SynthesizedStage) -> None:
    association = all_on.only("AWS::WAFv2::WebACLAssociation")

    assert "AWS::ApiGateway::Stage" in all_on.kinds_in(association["ResourceArn"])


def test_firewall_refuses_floods_but_no_text(all_on: SynthesizedStage) -> None:
    rules = {rule["Name"]: rule for rule in all_on.only("AWS::WAFv2::WebACL")["Rules"]}

    assert rules["flood"]["Action"] == {"Block": {}}
    assert rules["flood"]["Statement"]["RateBasedStatement"]["Limit"] == 1000 / 2 * 300
    groups = [one["Statement"].get("ManagedRuleGroupStatement", {}) for one in rules.values()]
    overrides = [one for group in groups for one in group.get("RuleActionOverrides", [])]
    counted = {rule["Name"] for rule in overrides}
    assert {"SizeRestrictions_BODY", "CrossSiteScripting_BODY", "Log4JRCE_BODY"} <= counted
    assert all(rule["ActionToUse"] == {"Count": {}} for rule in overrides)


def test_firewall_has_the_groups_of_aws(all_on: SynthesizedStage) -> None:
    rules = all_on.only("AWS::WAFv2::WebACL")["Rules"]

    assert {rule["Name"] for rule in rules} == {
        "flood",
        "AWSManagedRulesAmazonIpReputationList",
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
    }
    assert sorted(rule["Priority"] for rule in rules) == [0, 1, 2, 3]


def test_firewall_logs_what_it_blocks_or_counts_without_keys_and_subjects(
    all_on: SynthesizedStage,
) -> None:
    logging = all_on.only("AWS::WAFv2::LoggingConfiguration")
    [destination] = logging["LogDestinationConfigs"]
    log_group = all_on.template["Resources"][destination["Fn::GetAtt"][0]]["Properties"]

    assert log_group["LogGroupName"] == "aws-waf-logs-windvane-all-on"
    headers = [{"SingleHeader": {"Name": name}} for name in ("x-api-key", "authorization")]
    assert logging["RedactedFields"] == [*headers, {"QueryString": {}}]
    assert logging["LoggingFilter"]["DefaultBehavior"] == "DROP"


def test_firewall_keeps_no_samples_of_requests(all_on: SynthesizedStage) -> None:
    acl = all_on.only("AWS::WAFv2::WebACL")

    configs = [acl["VisibilityConfig"], *(rule["VisibilityConfig"] for rule in acl["Rules"])]

    assert not any(config["SampledRequestsEnabled"] for config in configs)
