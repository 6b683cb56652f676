"""``windvane releases compare``: what champion and challenger said of the same texts."""

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from moto import mock_aws

from tests.windvane.cli.releases.conftest import Releases
from tests.windvane.cli.releases.deployed_stage import TABLE, DeployedStage
from tests.windvane.shadow.shadow_records import make_shadow
from windvane.cli.releases import shadow_reading
from windvane.cli.releases.shadow_comparison import compare_answers
from windvane.shadow.shadow_record import ShadowRecord

DAY_MS = 86_400_000


class StoredShadow:
    """Stands in for the table, whose reading `test_dynamodb_shadow_log` tests."""

    days: list[list[ShadowRecord]]
    asked: list[tuple[int, int]]

    def __init__(self, table: str, environ: Mapping[str, str]) -> None:
        assert table == TABLE
        assert environ["AWS_ACCESS_KEY_ID"]

    def read_days(self, from_ms: int, to_ms: int) -> Iterator[list[ShadowRecord]]:
        self.asked.append((from_ms, to_ms))
        yield from self.days

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch, stage: DeployedStage) -> type[StoredShadow]:
    """The records of a stage with two bundles."""
    StoredShadow.days, StoredShadow.asked = [], []
    monkeypatch.setattr(shadow_reading, "DynamoDbShadowLog", StoredShadow)
    return StoredShadow


def record_pair(stage: DeployedStage, *challenger_labels: str) -> dict[str, Any]:
    """Deploy a champion and upload a challenger; returns their ids, as fields of a record."""
    champion = stage.deploy("champion")
    challenger = stage.upload_bundle("challenger", *challenger_labels)
    return {"champion": f"tiny@{champion}", "challenger": f"tiny@{challenger}"}


def message_of(result: Any) -> str:
    assert result.exit_code == 2, result.output
    message: str = result.stderr
    assert message.count("\n") == 1
    return message


def test_compare_shows_agreement_labels_and_disagreements(
    stored: type[StoredShadow], stage: DeployedStage, run_releases: Releases
) -> None:
    pair = record_pair(stage)
    differing = make_shadow(**pair, challenger_label="negative", same_label_score=0.3)
    stored.days = [[make_shadow(**pair) for _ in range(9)], [differing]]

    result = run_releases("compare")

    assert result.exit_code == 0, result.output
    assert "agreement   90.00% of 10 texts (95 % interval 59.58% to 98.21%)" in result.stdout
    assert "score gap   0.1500 on average" in result.stdout
    assert "p50 2.5 ms and p99 2.5 ms a text" in result.stdout
    assert differing.result_id in result.stdout
    rows = [line.split() for line in result.stdout.splitlines()]
    assert ["positive", "1", "9", "100.0%", "90.0%"] in rows


def test_compare_writes_json(
    stored: type[StoredShadow], stage: DeployedStage, run_releases: Releases
) -> None:
    pair = record_pair(stage)
    stored.days = [[make_shadow(**pair), make_shadow(**pair, challenger_label="negative")]]

    said = json.loads(run_releases("compare", "--json").stdout)

    assert (said["champion"], said["challenger"]) == (pair["champion"], pair["challenger"])
    assert (said["texts"], said["agreed"], said["agreement"]) == (2, 1, 0.5)
    assert said["labels"]["negative"] == {"champion": 0, "challenger": 1}
    assert [one["challenger_label"] for one in said["disagreements"]] == ["negative"]


def test_compare_takes_the_newest_pair_and_says_what_it_leaves_out(
    stored: type[StoredShadow], stage: DeployedStage, run_releases: Releases
) -> None:
    pair, now = record_pair(stage), time.time_ns() // 1_000_000
    other = {**pair, "challenger": "tiny@cccccccccccc"}
    stored.days = [[make_shadow(now, **pair)], [make_shadow(now - DAY_MS, **other)] * 2]

    newest = run_releases("compare").stdout
    older = run_releases("compare", "--challenger", "cccccccccccc").stdout

    assert "100.00% of 1 texts" in newest
    assert "2 records of other bundles are left out" in newest
    assert "100.00% of 2 texts" in older


def test_compare_without_records_says_so_in_a_sentence(
    stored: type[StoredShadow], run_releases: Releases
) -> None:
    message = message_of(run_releases("compare"))

    assert "No challenger has answered in 7 days in the stage prod" in message


def test_compare_with_an_unknown_version_names_those_recorded(
    stored: type[StoredShadow], stage: DeployedStage, run_releases: Releases
) -> None:
    pair = record_pair(stage)
    stored.days = [[make_shadow(**pair)]]

    message = message_of(run_releases("compare", "--challenger", "000000000000"))

    assert f"recorded are {pair['challenger']} beside {pair['champion']}" in message


def test_compare_refuses_bundles_of_other_labels(
    stored: type[StoredShadow], stage: DeployedStage, run_releases: Releases
) -> None:
    stored.days = [[make_shadow(**record_pair(stage, "angry", "calm"))]]

    message = message_of(run_releases("compare"))

    assert "have different labels" in message
    assert "angry, calm" in message


def test_compare_reads_the_period_of_its_options(
    stored: type[StoredShadow], run_releases: Releases
) -> None:
    run_releases("compare", "--from", "2026-11-20", "--to", "2026-11-21")
    refused = message_of(run_releases("compare", "--from", "2000-01-01"))

    [(start, end)] = stored.asked
    assert end - start == DAY_MS
    assert "at most 400 days" in refused


def test_compare_stops_reading_after_the_most_records(
    stored: type[StoredShadow],
    stage: DeployedStage,
    run_releases: Releases,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shadow_reading, "MOST_RECORDS", 1)
    pair = record_pair(stage)
    stored.days = [[make_shadow(**pair), make_shadow(**pair)], [make_shadow(**pair)]]

    shown = run_releases("compare").stdout

    assert "100.00% of 2 texts" in shown
    assert "Older records were not read" in shown


def test_latencies_are_percentiles() -> None:
    records = [make_shadow(champion_ms=float(ms), challenger_ms=1.0) for ms in range(1, 102)]

    comparison = compare_answers(records, ["positive"])

    assert comparison.champion_latency.p50_ms == pytest.approx(51, abs=0.6)
    assert comparison.champion_latency.p99_ms == pytest.approx(100, abs=0.6)
    assert comparison.challenger_latency.p99_ms == 1.0


def test_one_record_can_be_compared() -> None:
    comparison = compare_answers([make_shadow()], [])

    assert comparison.agreement == 1
    assert comparison.interval.low == pytest.approx(0.2065, abs=1e-4)
    assert comparison.labels == ("positive",)


def test_retire_keeps_the_challengers_bundle(
    stored: type[StoredShadow], stage: DeployedStage, run_releases: Releases
) -> None:
    stage.deploy("champion")
    challenger, unused = stage.upload_bundle("challenger"), stage.upload_bundle("unused")
    stage.create_challenger(challenger)

    run_releases("retire")

    assert all(tags == {} for tags in stage.tags(challenger).values())
    assert all(tags for tags in stage.tags(unused).values())


@pytest.mark.usefixtures("aws_environment")
def test_compare_without_a_stack_names_it(run_releases: Releases) -> None:
    with mock_aws():
        message = message_of(run_releases("compare"))

    assert "no stack windvane-prod" in message
