"""What is counted beside the measured durations: the stack, and what had to be assumed."""

import json

import msgspec

LOG_EVENT_BYTES = 26
"""CloudWatch Logs adds these to every line:
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html"""

ACCESS_LOG_EXAMPLE = {
    "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
    "requestTime": "22/Nov/2026:10:04:05 +0000",
    "apiKeyId": "a1b2c3d4e5",
    "method": "POST",
    "path": "/prod/v1/classify",
    "status": "200",
    "refusedBecause": "-",
    "latencyMs": "25",
    "integrationLatencyMs": "20",
    "responseBytes": "200",
}
"""A line as the stack's access log format gives it (``infra/rest_api.py``)."""


class Stack(msgspec.Struct, frozen=True, kw_only=True):
    """What the stage ``prod`` deploys; a test compares it with ``infra``.

    Attributes:
        memory_mb: Memory of the function.
        architecture: Processor of the function.
        result_days: How long a result stays in the table.
        log_days: How long a log line stays.
        access_log_bytes: One line of the gateway's access log.
        alarms: CloudWatch alarms.
        dashboards: CloudWatch dashboards.
        labels: Labels of the bundle, each a metric.
    """

    memory_mb: int = 1769
    architecture: str = "arm64"
    result_days: int = 30
    log_days: int = 90
    access_log_bytes: int = len(json.dumps(ACCESS_LOG_EXAMPLE)) + LOG_EVENT_BYTES
    alarms: int = 8
    dashboards: int = 1
    labels: int = 3


class Assumptions(msgspec.Struct, frozen=True, kw_only=True):
    """What cannot be measured without an account.

    Attributes:
        table_wait_ms: What DynamoDB in the same region takes for a batch of records.
        table_wait_ms_per_record: What each record of it adds.
        cold_start_share: Requests that start a process. AWS sees "under 1 %":
            https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
        bundle_fetch_ms: What fetching the bundle from S3 adds to a start.
        bundle_gets: Requests to S3 that this takes.
        bundles: Bundles kept in the bucket.
        bundle_mb: Size of one.
        response_header_bytes: Headers of an answer, and what TLS adds.
        kms_calls: Calls a month of DynamoDB for the table's key, which it keeps for five minutes.
        system_log_bytes: Lambda's own lines of a request at the level INFO, start and report.
        item_overhead_bytes: What DynamoDB adds to a stored item:
            https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
        disk_gb: Disk of a server of one's own.
        nano_baseline_vcpus: CPU that a t4g.nano may use all the time.
        small_baseline_vcpus: CPU that a t4g.small may use all the time.
    """

    table_wait_ms: float = 5.0
    table_wait_ms_per_record: float = 0.2
    cold_start_share: float = 0.01
    bundle_fetch_ms: float = 300.0
    bundle_gets: int = 6
    bundles: int = 3
    bundle_mb: float = 23.9
    response_header_bytes: int = 500
    kms_calls: int = 8760
    system_log_bytes: int = 600
    item_overhead_bytes: int = 100
    disk_gb: int = 8
    nano_baseline_vcpus: float = 0.1
    small_baseline_vcpus: float = 0.4
