"""Figures and prices that can be billed by hand."""

import msgspec

from benchmarks.cost.cost_results import Results
from benchmarks.cost.inputs import Assumptions, Stack
from benchmarks.cost.prices import Price, Prices
from benchmarks.cost.request_figures import Measurements, RequestFigures

MEMORY_MB = 1024
USD = {
    "lambda_request": 0.2e-6,
    "lambda_gb_second_arm64": 1e-5,
    "lambda_gb_second_x86_64": 2e-5,
    "rest_request": 3.5e-6,
    "http_request": 1e-6,
    "table_write": 0.5e-6,
    "table_gb_month": 0.25,
    "backup_gb_month": 0.2,
    "log_gb": 0.5,
    "log_gb_month": 0.03,
    "metric_month": 0.3,
    "alarm_month": 0.1,
    "dashboard_month": 3.0,
    "secret_month": 0.4,
    "kms_call": 3e-6,
    "bucket_get": 0.5e-6,
    "bucket_gb_month": 0.02,
    "out_gb": 0.09,
    "comprehend_unit": 1e-4,
    "comprehend_unit_over_10_million": 5e-5,
    "comprehend_unit_over_50_million": 2.5e-5,
    "nano_hour": 0.004,
    "small_hour": 0.02,
    "burst_vcpu_hour": 0.04,
    "disk_gb_month": 0.1,
    "address_hour": 0.005,
    "balancer_hour": 0.02,
    "balancer_unit_hour": 0.01,
}

ONE = RequestFigures(
    memory_mb=MEMORY_MB,
    length="tweet",
    texts=1,
    requests=10,
    p50_ms=9.0,
    mean_ms=9.5,
    billed_ms=10.0,
    log_bytes=700.0,
    response_bytes=500,
    record_bytes=900.0,
    text_chars=250.0,
    text_tokens=20.0,
)
BATCH = msgspec.structs.replace(ONE, texts=25, billed_ms=50.0)


def build_prices() -> Prices:
    """Build prices of which those above matter."""

    def price(usd: float) -> Price:
        return Price(what="it", usd=usd, per=1, unit="one", source="page", seen=None)

    names = (name for name in Prices.__struct_fields__ if name not in {"as_of", "region"})
    return Prices(
        as_of="2026-01-02",
        region="us-east-1",
        **{name: price(USD.get(name, 0.0)) for name in names},
    )


def build_cost_results(*cases: RequestFigures) -> Results:
    """Build the results of a run; retention is a year, which is twelve of AWS's months."""
    return Results(
        machine={"versions": {}},
        prices=build_prices(),
        stack=Stack(
            memory_mb=MEMORY_MB, result_days=365, log_days=365, access_log_bytes=300, alarms=5
        ),
        assumptions=Assumptions(
            cold_start_share=0.01,
            bundle_fetch_ms=300.0,
            bundle_gets=6,
            bundles=10,
            bundle_mb=100.0,
            response_header_bytes=500,
            kms_calls=10_000,
            item_overhead_bytes=100,
            disk_gb=10,
        ),
        server_texts_per_vcpu_second=100.0,
        measured=Measurements(
            init_ms={MEMORY_MB: 700.0}, metrics=["Texts", "NotLogged"], cases=list(cases)
        ),
    )
