"""AWS's list prices, read from ``prices.json``."""

from pathlib import Path

import msgspec

PRICES_FILE = Path(__file__).with_name("prices.json")


class Price(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One price.

    Attributes:
        what: Title.
        usd: US dollars for ``per`` units.
        per: Number of units.
        unit: Name of the unit.
        source: AWS's page that lists it.
        seen: Third-party page on which it was read, if any.
    """

    what: str
    usd: float
    per: int
    unit: str
    source: str
    seen: str | None

    @property
    def each(self) -> float:
        """US dollars for one unit."""
        return self.usd / self.per


class Prices(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Prices of one region, of the first tier and without free tiers, as of a date."""

    as_of: str
    region: str
    lambda_request: Price
    lambda_gb_second_arm64: Price
    lambda_gb_second_x86_64: Price
    rest_request: Price
    http_request: Price
    table_write: Price
    table_read: Price
    table_gb_month: Price
    backup_gb_month: Price
    log_gb: Price
    log_gb_month: Price
    metric_month: Price
    alarm_month: Price
    dashboard_month: Price
    secret_month: Price
    trace: Price
    kms_call: Price
    firewall_month: Price
    firewall_rule_month: Price
    firewall_request: Price
    state_transition: Price
    bucket_get: Price
    bucket_put: Price
    bucket_gb_month: Price
    out_gb: Price
    comprehend_unit: Price
    comprehend_unit_over_10_million: Price
    comprehend_unit_over_50_million: Price
    nano_hour: Price
    small_hour: Price
    burst_vcpu_hour: Price
    disk_gb_month: Price
    address_hour: Price
    balancer_hour: Price
    balancer_unit_hour: Price

    @property
    def all(self) -> list[Price]:
        """Every price, in the order above."""
        values = (getattr(self, name) for name in self.__struct_fields__)
        return [value for value in values if isinstance(value, Price)]


def load_prices(path: Path = PRICES_FILE) -> Prices:
    """Read the prices; msgspec's error names a price that is missing or unknown."""
    return msgspec.json.decode(path.read_bytes(), type=Prices)
