"""The logger and the metrics: JSON lines with counts, lengths and versions, never a text."""

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics

from windvane.facts import METRIC_NAMESPACE

logger = Logger(service="windvane")


def build_metrics() -> EphemeralMetrics:
    """Build metrics that are written as log lines (CloudWatch's embedded metric format)."""
    return EphemeralMetrics(namespace=METRIC_NAMESPACE)
