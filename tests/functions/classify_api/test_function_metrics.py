"""The lines that CloudWatch makes metrics of; the format's rules are AWS's:

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from openapi_schema_validator import validate as validate_schema

from functions.classify_api.function_metrics import FunctionMetrics
from tests.windvane.api.classified_texts import make_classified

UNITS = {"Count", "Milliseconds", "None"}
DIRECTIVE = {
    "type": "object",
    "required": ["Namespace", "Dimensions", "Metrics"],
    "properties": {
        "Namespace": {"const": "Windvane"},
        "Dimensions": {"const": [["function"]]},
        "Metrics": {
            "type": "array",
            "minItems": 1,
            "maxItems": 100,
            "items": {
                "type": "object",
                "required": ["Name"],
                "properties": {"Name": {"type": "string"}, "Unit": {"enum": sorted(UNITS)}},
                "additionalProperties": False,
            },
        },
    },
}
EMBEDDED_METRICS = {
    "type": "object",
    "required": ["_aws", "function", "correlation_id"],
    "properties": {
        "_aws": {
            "type": "object",
            "required": ["Timestamp", "CloudWatchMetrics"],
            "properties": {
                "Timestamp": {"type": "integer"},
                "CloudWatchMetrics": {"type": "array", "minItems": 1, "items": DIRECTIVE},
            },
        },
        "function": {"const": "windvane-dev"},
        "correlation_id": {"type": "string"},
    },
    "additionalProperties": {
        "type": "array",
        "minItems": 1,
        "maxItems": 100,
        "items": {"type": "number"},
    },
}
ReadLines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def metrics() -> FunctionMetrics:
    return FunctionMetrics("windvane-dev")


@pytest.fixture
def read_lines(capsys: pytest.CaptureFixture[str]) -> ReadLines:
    """Give the lines printed so far, each checked against the format."""

    def read() -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        for line in lines:
            validate_schema(line, EMBEDDED_METRICS)
            assert _named(line) == set(line) - {"_aws", "function", "correlation_id"}
        return lines

    return read


def _named(line: dict[str, Any]) -> set[str]:
    [directive] = line["_aws"]["CloudWatchMetrics"]
    return {metric["Name"] for metric in directive["Metrics"]}


def _units(line: dict[str, Any]) -> dict[str, str]:
    [directive] = line["_aws"]["CloudWatchMetrics"]
    return {metric["Name"]: metric["Unit"] for metric in directive["Metrics"]}


def test_metrics_tell_what_one_text_was_answered(
    metrics: FunctionMetrics, read_lines: ReadLines
) -> None:
    metrics.count_predictions(make_classified(["positive"]))

    [line] = read_lines()
    assert {name: line[name] for name in _named(line)} == {
        "Texts": [1],
        "NotLogged": [0],
        "Tokens": [1],
        "Windows": [1],
        "Label.positive": [1],
        "Score": [0.75],
        "TextChars": [10],
        "ClassifyTime": [12.5],
        "EncodeTime": [0.5],
        "RunTime": [11.5],
        "LogTime": [2.5],
    }
    assert _units(line) == {
        "Texts": "Count",
        "NotLogged": "Count",
        "Tokens": "Count",
        "Windows": "Count",
        "Label.positive": "Count",
        "Score": "None",
        "TextChars": "Count",
        "ClassifyTime": "Milliseconds",
        "EncodeTime": "Milliseconds",
        "RunTime": "Milliseconds",
        "LogTime": "Milliseconds",
    }


def test_metrics_are_of_now(metrics: FunctionMetrics, read_lines: ReadLines) -> None:
    before = int(time.time() * 1000)

    metrics.count_request("one")

    [line] = read_lines()
    assert before <= line["_aws"]["Timestamp"] <= time.time() * 1000


@pytest.mark.parametrize(
    "labels",
    [["positive"] * 120, ["positive", "negative", "neutral"] * 40, [f"l{i}" for i in range(120)]],
    ids=["one-label", "three-labels", "a-label-each"],
)
def test_metrics_of_many_texts_leave_none_out(
    metrics: FunctionMetrics, read_lines: ReadLines, labels: list[str]
) -> None:
    metrics.count_predictions(make_classified(labels))

    lines = read_lines()
    counted = {
        label: sum(sum(line.get(f"Label.{label}", [])) for line in lines) for label in set(labels)
    }
    assert [line["Texts"] for line in lines] == [[50], [50], [20]]
    assert counted == {label: labels.count(label) for label in labels}
    assert sum(sum(line["Tokens"]) for line in lines) == sum(range(1, 121))
    assert [chars for line in lines for chars in line["TextChars"]] == [*range(10, 1201, 10)]
    assert [len(line["Score"]) for line in lines] == [50, 50, 20]


def test_metrics_count_a_requests_times_once(
    metrics: FunctionMetrics, read_lines: ReadLines
) -> None:
    metrics.count_predictions(make_classified(["positive"] * 120))

    lines = read_lines()
    assert [line.get("ClassifyTime") for line in lines] == [[12.5], None, None]
    assert [line.get("LogTime") for line in lines] == [[2.5], None, None]
    assert [line.get("RunTime") for line in lines] == [[11.5], None, None]


def test_metrics_count_what_was_not_logged(metrics: FunctionMetrics, read_lines: ReadLines) -> None:
    metrics.count_predictions(make_classified(["positive"] * 60, logged=False))
    metrics.count_predictions(make_classified(["positive"] * 60))

    assert [line["NotLogged"] for line in read_lines()] == [[50], [10], [0], [0]]


def test_metrics_of_one_request_are_not_told_again(
    metrics: FunctionMetrics, read_lines: ReadLines
) -> None:
    metrics.count_predictions(make_classified(["positive"]))
    metrics.count_predictions(make_classified(["negative"]))

    first, second = read_lines()
    assert "Label.positive" in first
    assert "Label.positive" not in second
    assert second["Texts"] == [1]


def test_metrics_count_the_first_request_alone_as_a_cold_start(
    metrics: FunctionMetrics, read_lines: ReadLines
) -> None:
    for i in range(3):
        metrics.count_request(f"request-{i}")
        metrics.count_predictions(make_classified(["positive"]))

    lines = read_lines()
    assert [line.get("ColdStart") for line in lines] == [[1], None, None, None]
    assert _units(lines[0]) == {"ColdStart": "Count"}
    named = [line["correlation_id"] for line in lines]
    assert named == ["request-0", "request-0", "request-1", "request-2"]
