"""AWS's documented limits that a bulk job could meet, each with the page that states it."""

from dataclasses import dataclass

from windvane.jobs.plan import MAX_PARTS

_STATES = "https://docs.aws.amazon.com/step-functions/latest/dg/"
_LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg/"
_S3 = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/"


@dataclass(frozen=True)
class AwsLimit:
    """A limit.

    Attributes:
        what: What is limited, with its unit.
        most: The largest value.
        source: AWS's page; empty for a limit of Windvane's own.
    """

    what: str
    most: float
    source: str = ""


PARTS = AwsLimit("parts of a job", MAX_PARTS)
MAP_CONCURRENCY = AwsLimit("parts at once", 10_000, f"{_STATES}state-map-distributed.html")
HISTORY_EVENTS = AwsLimit("events of a history", 25_000, f"{_STATES}service-quotas.html")
PAYLOAD_BYTES = AwsLimit("bytes of a part's input", 262_144, f"{_STATES}service-quotas.html")
TRANSITIONS_A_SECOND = AwsLimit(
    "state transitions a second, in the smaller regions", 800, f"{_STATES}service-quotas.html"
)
LIST_FILE_BYTES = AwsLimit(
    "bytes of the list of parts", 10 * 10**9, f"{_STATES}input-output-itemreader.html"
)
EXECUTION_SECONDS = AwsLimit(
    "seconds of an execution", 365 * 86_400, f"{_STATES}service-quotas.html"
)
INVOCATION_SECONDS = 900.0
INVOCATION_SOURCE = f"{_LAMBDA}gettingstarted-limits.html"
PLAN_SECONDS = AwsLimit("seconds of plan", INVOCATION_SECONDS, INVOCATION_SOURCE)
WORK_SECONDS = AwsLimit("seconds of a part", INVOCATION_SECONDS, INVOCATION_SOURCE)
FINISH_SECONDS = AwsLimit("seconds of finish", INVOCATION_SECONDS, INVOCATION_SOURCE)
TMP_BYTES = AwsLimit("bytes in /tmp", 512 * 2**20, INVOCATION_SOURCE)
GETS_A_SECOND = AwsLimit("GETs a second and prefix", 5_500, f"{_S3}optimizing-performance.html")
PUTS_A_SECOND = AwsLimit("PUTs a second and prefix", 3_500, f"{_S3}optimizing-performance.html")
OBJECT_BYTES = AwsLimit("bytes of an object", 5 * 2**40, f"{_S3}qfacts.html")
UPLOAD_PARTS = AwsLimit("parts of an upload", 10_000, f"{_S3}qfacts.html")

STARTS_A_SECOND = 100
"""Environments that Lambda adds to a function, 1,000 every ten seconds:
https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html"""
S3_LATENCY_SECONDS = 0.2
"""Of a small request, "roughly 100-200 milliseconds"; the larger one is counted:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance-design-patterns.html"""
S3_BYTES_A_SECOND = 85e6
"""Of one connection, "85-90 MB/s"; see the page above."""
