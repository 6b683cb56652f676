import json
import re
from typing import Any

import pytest

from tests.conftest import REPOSITORY
from tests.infra.synthesized import SynthesizedStage, to_text
from tests.tiny_bundle import LABELS
from windvane.facts import METRIC_NAMESPACE, SHADOW_HANDLER, MetricName
from windvane.prices import PRICES

FUNCTIONS = REPOSITORY / "functions"
METRICS = (FUNCTIONS / "classify_api/function_metrics.py", FUNCTIONS / "shadow/shadow_app.py")


def read_widgets(stage: SynthesizedStage) -> list[Any]:
    body = stage.only("AWS::CloudWatch::Dashboard")["DashboardBody"]
    names = dict.fromkeys(stage.template["Resources"], "its-name")
    text = to_text(body, {**names, "AWS::Region": "eu-west-1"})
    widgets: list[Any] = json.loads(text)["widgets"]
    return [widget["properties"] for widget in widgets]


def list_own_metrics(stage: SynthesizedStage) -> set[str]:
    """Name the metrics of ours that are shown."""
    shown = [metric for widget in read_widgets(stage) for metric in widget["metrics"]]
    return {metric[1] for metric in shown if metric[0] == METRIC_NAMESPACE}


def test_dashboard_shows_metrics_that_the_function_writes(stage: SynthesizedStage) -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in METRICS)
    names = set(re.findall(r"MetricName\.(\w+)[,:]", source))
    if not stage.find("AWS::Lambda::Function", Handler=SHADOW_HANDLER):
        names = {name for name in names if not name.startswith("SHADOW_")}
    written = {getattr(MetricName, name) for name in names}

    shown = list_own_metrics(stage)
    own = {name for name in shown if not name.startswith(("Label.", "Drift"))}

    assert own == written


def test_dashboard_shows_every_label_of_the_bundle(stage: SynthesizedStage) -> None:
    labels = {
        name.removeprefix("Label.") for name in list_own_metrics(stage) if name.startswith("Label.")
    }

    assert labels == set(LABELS.values())


def test_dashboard_shows_the_functions_own_figures(stage: SynthesizedStage) -> None:
    shown = [metric for widget in read_widgets(stage) for metric in widget["metrics"]]

    dimensions = [metric[2:4] for metric in shown if metric[0] == METRIC_NAMESPACE]

    assert dimensions
    names = (["function", "its-name"], ["function", f"windvane-{stage.name}"])
    assert all(dimension in names for dimension in dimensions)


@pytest.mark.parametrize(
    ("name", "dollars_a_second"), [("prod", 0.0000133334), ("all_on", 0.0000166667)]
)
def test_dashboard_cost_is_that_of_the_architecture(
    request: pytest.FixtureRequest, name: str, dollars_a_second: float
) -> None:
    [cost] = [w for w in read_widgets(request.getfixturevalue(name)) if "cost" in w["title"]]

    [expression] = [metric[0]["expression"] for metric in cost["metrics"] if len(metric) == 1]

    figures = {"duration": 1000, "invocations": 1, "requests": 1, "writes": 1, "texts": 1}
    dollars = eval(expression, {}, figures)  # noqa: S307 - arithmetic that we wrote
    others = PRICES.invocation + PRICES.rest_request + PRICES.table_write
    assert dollars == pytest.approx(1e6 * (dollars_a_second * 1769 / 1024 + others), rel=1e-4)
    assert PRICES.as_of in cost["title"]


@pytest.mark.parametrize("region", ["eu-west-1", "us-east-1"])
def test_dashboard_has_a_name_in_each_region(stage: SynthesizedStage, region: str) -> None:
    name = stage.only("AWS::CloudWatch::Dashboard")["DashboardName"]

    assert to_text(name, {"AWS::Region": region}) == f"windvane-{stage.name}-{region}"


@pytest.mark.parametrize(
    ("partition", "domain"),
    [
        ("aws", "console.aws.amazon.com"),
        ("aws-cn", "console.amazonaws.cn"),
        ("aws-us-gov", "console.amazonaws-us-gov.com"),
    ],
)
def test_dashboard_url_is_of_the_partition(
    stage: SynthesizedStage, partition: str, domain: str
) -> None:
    [consoles] = stage.template["Mappings"].values()

    url = json.dumps(stage.template["Outputs"]["DashboardUrl"])

    assert consoles[partition]["domain"] == domain
    assert '{"Fn::FindInMap": [' in url
    assert '{"Ref": "AWS::Partition"}, "domain"]' in url
    assert "console." not in url
