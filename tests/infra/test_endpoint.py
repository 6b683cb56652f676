"""Where the API of a stage is reached."""

import json

from cfnlint.api import lint_file

from tests.infra.synthesized import SynthesizedStage
from tests.infra.test_windvane_stack import CDKS_OWN

IDS = ["vpce-0a1b2c3d4e5f60718", "vpce-0a1b2c3d"]


def test_api_is_on_the_internet_by_default(stage: SynthesizedStage) -> None:
    api = stage.only("AWS::ApiGateway::RestApi")

    assert api["EndpointConfiguration"] == {"Types": ["REGIONAL"]}
    assert "Policy" not in api


def test_private_api_answers_its_endpoints_alone(private: SynthesizedStage) -> None:
    api = private.only("AWS::ApiGateway::RestApi")

    [statement] = api["Policy"]["Statement"]

    assert api["EndpointConfiguration"] == {"Types": ["PRIVATE"], "VpcEndpointIds": IDS}
    assert statement == {
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": "execute-api:Invoke",
        "Resource": "execute-api:/*",
        "Condition": {"StringEquals": {"aws:SourceVpce": IDS}},
    }


def test_private_stack_is_clean(private: SynthesizedStage) -> None:
    report = json.loads((private.folder / "validation-report.json").read_text(encoding="utf-8"))
    found = [
        match
        for path in private.template_paths
        for match in lint_file(path, config={"ignore_checks": CDKS_OWN})
    ]

    assert [plugin["violations"] for plugin in report["pluginReports"]] == []
    assert [f"{match.rule.id} {match.message}" for match in found] == []
