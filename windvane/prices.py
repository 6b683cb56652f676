"""AWS prices in US dollars, for the estimates of the dashboard and of bulk jobs."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Prices:
    """First-tier prices of one region, without the free tier.

    Attributes:
        as_of: Month of the prices.
        region: Region of the prices.
        gb_second: A second of a function with 1 GB, by architecture.
        invocation: One run of a function.
        rest_request: One request to a REST API.
        table_write: One item of up to 1 KB written to a table on demand.
        state_transition: One state that a standard workflow enters.
        bucket_get: One read of an object.
        bucket_put: One write of an object, or one list of them.
    """

    as_of: str
    region: str
    gb_second: dict[str, float]
    invocation: float
    rest_request: float
    table_write: float
    state_transition: float
    bucket_get: float
    bucket_put: float


PRICES = Prices(
    as_of="2026-11",
    region="us-east-1",
    gb_second={"arm64": 0.0000133334, "x86_64": 0.0000166667},
    invocation=0.20e-6,
    rest_request=3.50e-6,
    table_write=0.625e-6,
    state_transition=25e-6,
    bucket_get=0.40e-6,
    bucket_put=5.00e-6,
)
"""From the pricing pages of Lambda, API Gateway, DynamoDB, Step Functions and S3 at https://aws.amazon.com/pricing/."""
