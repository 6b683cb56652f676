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
    group = rules["common"]["Statement"]["ManagedRuleGroupStatement"]
    counted = {rule["Name"] for rule in group["RuleActionOverrides"]}
    assert {"SizeRestrictions_BODY", "CrossSiteScripting_BODY"} <= counted
    assert all(rule["ActionToUse"] == {"Count": {}} for rule in group["RuleActionOverrides"])


def test_firewall_keeps_no_samples_of_requests(all_on: SynthesizedStage) -> None:
    acl = all_on.only("AWS::WAFv2::WebACL")

    configs = [acl["VisibilityConfig"], *(rule["VisibilityConfig"] for rule in acl["Rules"])]

    assert not any(config["SampledRequestsEnabled"] for config in configs)
