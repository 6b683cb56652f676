"""AWS prices in US dollars, for the dashboard's estimate."""

from dataclasses import dataclass

from infra.stages import Architecture


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
    """

    as_of: str
    region: str
    gb_second: dict[Architecture, float]
    invocation: float
    rest_request: float
    table_write: float


PRICES = Prices(
    as_of="2026-11",
    region="us-east-1",
    gb_second={"arm64": 0.0000133334, "x86_64": 0.0000166667},
    invocation=0.20e-6,
    rest_request=3.50e-6,
    table_write=0.625e-6,
)
"""From the pricing pages of Lambda, API Gateway and DynamoDB at https://aws.amazon.com/pricing/."""
