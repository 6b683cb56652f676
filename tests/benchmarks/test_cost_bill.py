"""The arithmetic, on figures billed by hand."""

import msgspec
import pytest

from benchmarks.cost.bill import (
    Choice,
    Gateway,
    bill_full_text,
    bill_million,
    bill_monitor,
    bill_month,
    bill_second_index,
    bill_shadow,
    price_second,
)
from tests.benchmarks.example_costs import BATCH, ONE, build_cost_results
from windvane.facts import DEFAULT_SHADOW_SHARE

RESULTS = build_cost_results(ONE, BATCH)


def test_bill_million_of_single_texts_is_what_a_hand_computes() -> None:
    bill = bill_million(RESULTS, ONE)

    assert bill == pytest.approx(
        {
            "API Gateway": 3.50,
            "Lambda, requests": 0.20,
            "Lambda, time": 0.10,  # a million times 10 ms of 1 GB at 1e-5 a second
            "Lambda, cold starts": 0.13,  # ten thousand times 1 s and six GETs
            "result log, writes": 0.50,  # 900 bytes are one unit
            "result log, storage": 5.40,  # 1,000 bytes each are 1 GB for twelve months at 0.45
            "log lines": 0.86,  # 1 GB, ingested, and stored for twelve months
            "data out": 0.09,
        }
    )


def test_bill_million_in_batches_divides_what_is_paid_by_the_request() -> None:
    one, batch = bill_million(RESULTS, ONE), bill_million(RESULTS, BATCH)

    by_text = {"result log, writes", "result log, storage"}
    assert {part: batch[part] for part in by_text} == {part: one[part] for part in by_text}
    for part in one.keys() - by_text - {"Lambda, time"}:
        assert batch[part] == pytest.approx(one[part] / 25), part
    assert batch["Lambda, time"] == pytest.approx(0.02)  # 40,000 times 50 ms


def test_bill_million_counts_each_kilobyte_begun_of_a_record() -> None:
    large = msgspec.structs.replace(ONE, record_bytes=1025.0)

    assert bill_million(RESULTS, large)["result log, writes"] == pytest.approx(1.00)


@pytest.mark.parametrize(("gateway", "usd"), [("rest", 3.5), ("http", 1.0), ("none", 0.0)])
def test_bill_million_takes_the_price_of_the_gateway(gateway: Gateway, usd: float) -> None:
    bill = bill_million(RESULTS, ONE, Choice(gateway=gateway))

    assert bill["API Gateway"] == pytest.approx(usd)


def test_price_second_is_by_architecture_and_memory() -> None:
    assert price_second(RESULTS, 1024, "x86_64") == pytest.approx(2e-5)
    assert price_second(RESULTS, 512, "arm64") == pytest.approx(0.5e-5)


def test_bill_month_counts_own_metrics_and_one_for_each_label() -> None:
    assert bill_month(RESULTS) == pytest.approx(
        {
            "custom metrics": 1.50,  # two, and three labels
            "dashboard": 3.00,
            "alarms": 0.50,
            "secret": 0.40,
            "KMS and S3": 0.05,  # 10,000 calls; ten bundles of 100 MB
        }
    )


def test_bill_full_text_adds_units_and_storage() -> None:
    # 900 + 254 bytes begin a second unit; 254 bytes each are 0.254 GB for twelve months at 0.45.
    assert bill_full_text(RESULTS, ONE) == pytest.approx(0.50 + 0.254 * 12 * 0.45)


def test_bill_shadow_is_a_share_of_lambda_and_log() -> None:
    parts = 0.20 + 0.10 + 0.13 + 0.50 + 5.40

    assert bill_shadow(RESULTS, ONE) == pytest.approx(parts * DEFAULT_SHADOW_SHARE)


def test_bill_monitor_is_an_hour_of_metrics_a_day_and_two_alarms() -> None:
    prices = RESULTS.prices

    monthly = 16 / 24 * prices.metric_month.each + 2 * prices.alarm_month.each

    assert bill_monitor(RESULTS) == pytest.approx(monthly)


def test_bill_second_index_is_each_write_again_and_storage_without_backup() -> None:
    assert bill_second_index(RESULTS, ONE) == pytest.approx(0.50 + 12 * 0.25)
