"""Inputs that are not measured: the deployed stack, and assumptions."""

import json

import msgspec

LOG_EVENT_BYTES = 26
"""Added by CloudWatch Logs to every line:
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
"""A line in the stack's access log format (``infra/rest_api.py``)."""


class Stack(msgspec.Struct, frozen=True, kw_only=True):
    """Facts of the stage ``prod``; a test compares them with ``infra``.

    Attributes:
        memory_mb: Memory of the function.
        architecture: Processor of the function.
        result_days: Retention of results.
        log_days: Retention of log lines.
        access_log_bytes: A line of the gateway's access log.
        alarms: CloudWatch alarms.
        dashboards: CloudWatch dashboards.
        secrets: Secrets, such as the key that subjects are hashed with.
        labels: Labels of the bundle, each a metric.
    """

    memory_mb: int = 1769
    architecture: str = "arm64"
    result_days: int = 30
    log_days: int = 90
    access_log_bytes: int = len(json.dumps(ACCESS_LOG_EXAMPLE)) + LOG_EVENT_BYTES
    alarms: int = 12
    dashboards: int = 1
    secrets: int = 1
    labels: int = 3


class Assumptions(msgspec.Struct, frozen=True, kw_only=True):
    """Quantities that cannot be measured without an AWS account.

    Attributes:
        cold_start_share: Share of requests that start a process. AWS sees "under 1 %":
            https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
        bundle_fetch_ms: Time of fetching the bundle from S3 at a start.
        bundle_gets: Requests to S3 for it.
        bundles: Bundles kept in the bucket.
        bundle_mb: Size of a bundle.
        response_header_bytes: Headers and TLS overhead of a response.
        kms_calls: Calls a month of DynamoDB for the table's key, which it caches for five minutes.
        system_log_bytes: Lambda's own lines of a request at level INFO, start and report.
        item_overhead_bytes: Added by DynamoDB to a stored item:
            https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
        disk_gb: Disk of a server.
        nano_baseline_vcpus: CPU that a t4g.nano may use all the time.
        small_baseline_vcpus: CPU that a t4g.small may use all the time.
    """

    cold_start_share: float = 0.01
    bundle_fetch_ms: float = 300.0
    bundle_gets: int = 7
    bundles: int = 3
    bundle_mb: float = 23.1
    response_header_bytes: int = 500
    kms_calls: int = 8760
    system_log_bytes: int = 600
    item_overhead_bytes: int = 100
    disk_gb: int = 8
    nano_baseline_vcpus: float = 0.1
    small_baseline_vcpus: float = 0.4
