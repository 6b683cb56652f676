"""What is billed is what ``infra`` deploys and ``functions`` does."""

import re
import zipfile
from math import ceil
from pathlib import Path

import pytest

from benchmarks.cost.bill import DRIFT_METRICS, count_metrics
from benchmarks.cost.cost_results import add_inputs, read_run
from benchmarks.cost.inputs import ACCESS_LOG_EXAMPLE, Assumptions, Stack
from benchmarks.cost.prices import load_prices
from benchmarks.paths import ROOT
from infra.rest_api import ACCESS_LOG_FIELDS
from infra.stage_files import read_stage
from tests.conftest import REPOSITORY
from tests.infra.synthesized import SynthesizedStage, synthesize
from tests.windvane.result_log.records import make_record
from windvane.bundle_download import PART_BYTES
from windvane.facts import MetricName
from windvane.inference.manifest import read_manifest
from windvane.prices import PRICES
from windvane.result_log.dynamodb.dynamodb_items import to_item

STACK = Stack()
PROD = read_stage("prod")
RETENTION_DAYS = {"ONE_WEEK": 7, "ONE_MONTH": 30, "THREE_MONTHS": 90, "ONE_YEAR": 365}
METRICS = REPOSITORY / "functions" / "classify_api" / "function_metrics.py"


@pytest.fixture(scope="module")
def prod(tmp_path_factory: pytest.TempPathFactory, tiny_bundle: Path) -> SynthesizedStage:
    folder = tmp_path_factory.mktemp("prod")
    package = folder / "function.zip"
    zipfile.ZipFile(package, "w").close()
    return synthesize("prod", folder / "cdk.out", package=package, bundle=tiny_bundle)


def test_stack_is_the_stage_prod() -> None:
    assert STACK.memory_mb == PROD.memory_mb
    assert STACK.architecture == PROD.architecture
    assert STACK.result_days == PROD.retention_days
    assert STACK.log_days == RETENTION_DAYS[PROD.log_retention]


def test_prod_pays_for_nothing_that_the_page_leaves_out() -> None:
    assert (PROD.tracing, PROD.firewall, PROD.snap_start) == (False, False, False)
    assert PROD.system_log_level == "WARN"
    assert PROD.store_text == "none"


def test_stack_counts_what_is_deployed_and_billed_by_the_month(prod: SynthesizedStage) -> None:
    assert len(prod.find("AWS::CloudWatch::Alarm")) == STACK.alarms
    assert len(prod.find("AWS::CloudWatch::Dashboard")) == STACK.dashboards
    assert len(prod.find("AWS::SecretsManager::Secret")) == STACK.secrets


def test_results_of_the_stages_own_key_are_written_once(prod: SynthesizedStage) -> None:
    item = to_item(make_record())

    table = prod.only("AWS::DynamoDB::GlobalTable")

    for index in table["GlobalSecondaryIndexes"]:
        assert not {key["AttributeName"] for key in index["KeySchema"]} <= item.keys()
    assert "LocalSecondaryIndexes" not in table


def test_access_log_example_has_the_fields_that_are_deployed() -> None:
    assert ACCESS_LOG_EXAMPLE.keys() == ACCESS_LOG_FIELDS.keys()


def test_estimates_and_page_bill_by_the_same_prices() -> None:
    prices = load_prices()

    assert (PRICES.region, prices.as_of[:7]) == (prices.region, PRICES.as_of)
    assert PRICES.gb_second == pytest.approx(
        {
            "arm64": prices.lambda_gb_second_arm64.each,
            "x86_64": prices.lambda_gb_second_x86_64.each,
        }
    )
    assert pytest.approx(prices.lambda_request.each) == PRICES.invocation
    assert pytest.approx(prices.rest_request.each) == PRICES.rest_request
    assert pytest.approx(prices.table_write.each) == PRICES.table_write
    assert pytest.approx(prices.state_transition.each) == PRICES.state_transition
    assert pytest.approx(prices.bucket_get.each) == PRICES.bucket_get
    assert pytest.approx(prices.bucket_put.each) == PRICES.bucket_put


def test_measured_metrics_are_those_that_the_function_writes() -> None:
    names = set(re.findall(r"MetricName\.(\w+),", METRICS.read_text(encoding="utf-8")))
    written = {getattr(MetricName, name) for name in names} - {MetricName.SHADOW_NOT_SENT}

    results = add_inputs(read_run())

    assert set(results.measured.metrics) == written
    assert count_metrics(results) == len(written) + STACK.labels


def test_assumptions_know_the_shipped_bundle(shipped_bundle: Path) -> None:
    manifest = read_manifest(shipped_bundle)
    sizes = [record.bytes for record in manifest.files.values()]

    assert len(manifest.labels) == STACK.labels
    assert Assumptions().bundle_mb == pytest.approx(sum(sizes) / 1e6, rel=0.01)
    assert Assumptions().bundle_gets == 1 + sum(ceil(size / PART_BYTES) for size in sizes)


def test_cloud_page_counts_the_metrics_of_the_drift_monitor() -> None:
    page = (ROOT / "docs" / "cloud.md").read_text(encoding="utf-8")

    assert f"Its {DRIFT_METRICS} metrics are billed for the hours" in page
