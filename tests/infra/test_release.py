from tests.infra.synthesized import SynthesizedStage


def test_release_moves_an_alias_called_live(stage: SynthesizedStage) -> None:
    [alias] = stage.find("AWS::Lambda::Alias")

    assert alias["Properties"]["Name"] == "live"
    assert stage.kind_of(alias["Properties"]["FunctionVersion"]) == "AWS::Lambda::Version"
    assert "CodeDeployLambdaAliasUpdate" in alias["UpdatePolicy"]


def test_release_is_a_canary_in_prod_and_at_once_in_dev(
    dev: SynthesizedStage, prod: SynthesizedStage
) -> None:
    of_dev, of_prod = (one.only("AWS::CodeDeploy::DeploymentGroup") for one in (dev, prod))

    assert of_dev["DeploymentConfigName"] == "CodeDeployDefault.LambdaAllAtOnce"
    assert of_prod["DeploymentConfigName"] == "CodeDeployDefault.LambdaCanary10Percent10Minutes"


def test_release_rolls_back_on_errors_and_slowness_of_the_version(
    stage: SynthesizedStage,
) -> None:
    deployments = stage.only("AWS::CodeDeploy::DeploymentGroup")

    names = [alarm["Name"]["Ref"] for alarm in deployments["AlarmConfiguration"]["Alarms"]]
    alarms = [stage.template["Resources"][name]["Properties"] for name in names]
    assert {alarm["MetricName"] for alarm in alarms} == {"Errors", "Duration"}
    assert all("Resource" in {d["Name"] for d in alarm["Dimensions"]} for alarm in alarms)
    assert deployments["AlarmConfiguration"]["Enabled"] is True
    assert "DEPLOYMENT_STOP_ON_ALARM" in deployments["AutoRollbackConfiguration"]["Events"]


def test_release_alarms_go_off_within_the_canary(prod: SynthesizedStage) -> None:
    deployments = prod.only("AWS::CodeDeploy::DeploymentGroup")

    assert deployments["AlarmConfiguration"]["Alarms"]
    for alarm in deployments["AlarmConfiguration"]["Alarms"]:
        properties = prod.template["Resources"][alarm["Name"]["Ref"]]["Properties"]
        assert properties["Period"] * properties["EvaluationPeriods"] < 10 * 60
