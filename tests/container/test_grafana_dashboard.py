"""The Grafana dashboard asks for metrics that the server exports, in queries that parse."""

import json
import re
from typing import Any

import promql_parser
import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from tests.conftest import REPOSITORY
from tests.windvane.api.classified_texts import make_classified
from tests.windvane.api.fake_classifier import MANIFEST
from windvane.api.routes import build_routes
from windvane.server.admission import Admission
from windvane.server.server_metrics import ServerMetrics
from windvane.settings import Settings

PATH = REPOSITORY / "docs" / "examples" / "grafana-dashboard.json"
DASHBOARD: Any = json.loads(PATH.read_text(encoding="utf-8"))
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
QUERIES = sorted({target["expr"] for panel in PANELS for target in panel["targets"]})
VARIABLES = {"$__rate_interval": "5m", "$job": "windvane"}
"""Grafana replaces these before it asks Prometheus."""
ADDED_BY_PROMETHEUS = {"instance", "job"}
ROUTES = build_routes(lambda: None, Settings(bundle_uri="", threads=1))  # type: ignore[arg-type, return-value]


@pytest.fixture(scope="module")
def exported() -> dict[str, set[str]]:
    """The names that ``/metrics`` has after a request, with their labels."""
    metrics = ServerMetrics(Admission(places=1, max_waiting=1))
    metrics.set_model(MANIFEST)
    route = next(route for route in ROUTES if route.path == "/sentiment")
    metrics.count_request(route, "POST", 200, 0.01)
    metrics.count_predictions(make_classified(["positive"]))
    body = metrics.expose(None).body or ""  # type: ignore[arg-type] # the event is not looked at
    families: list[Metric] = list(text_string_to_metric_families(body))
    return {
        sample.name: set(sample.labels) | ADDED_BY_PROMETHEUS
        for family in families
        for sample in family.samples
    }


def replace_variables(query: str) -> str:
    for name, value in VARIABLES.items():
        query = query.replace(name, value)
    return query


@pytest.mark.parametrize("query", QUERIES)
def test_query_parses(query: str) -> None:
    assert "$" not in replace_variables(query)

    promql_parser.parse(replace_variables(query))


@pytest.mark.parametrize("query", QUERIES)
def test_query_names_metrics_and_labels_that_are_exported(
    query: str, exported: dict[str, set[str]]
) -> None:
    names = re.findall(r"\b(?:windvane|process)_\w+", query)
    labels = {
        label for group in re.findall(r"by \(([^)]+)\)", query) for label in group.split(", ")
    }
    labels |= set(re.findall(r"(\w+)=~?\"", query))

    assert names
    assert set(names) <= exported.keys()
    assert labels <= set.intersection(*(exported[name] for name in names)) | {"route", "status"}


def test_every_metric_of_ours_is_shown(exported: dict[str, set[str]]) -> None:
    """The sum of a histogram and its count say less than its quantiles."""
    ours = {name for name in exported if name.startswith("windvane_")}
    ours = {name for name in ours if not name.endswith(("_sum", "_count", "_created"))}

    assert {name for name in ours if not any(name in query for query in QUERIES)} == set()


def test_routes_of_the_queries_exist() -> None:
    named = {
        route
        for query in QUERIES
        for group in re.findall(r'route=~"([^"]+)"', query)
        for route in group.split("|")
    }

    assert named
    assert named <= {route.path for route in ROUTES}


def test_panels_have_an_id_a_title_and_a_place_of_their_own() -> None:
    cells = [
        (x, y)
        for panel in DASHBOARD["panels"]
        for place in [panel["gridPos"]]
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]

    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    assert all(panel["title"] for panel in DASHBOARD["panels"])


def test_data_source_is_the_readers_choice() -> None:
    sources = [panel["datasource"]["uid"] for panel in PANELS]
    sources += [target["datasource"]["uid"] for panel in PANELS for target in panel["targets"]]

    assert set(sources) == {"${datasource}"}
    assert [variable["name"] for variable in DASHBOARD["templating"]["list"]] == [
        "datasource",
        "job",
    ]
