"""The function that EventBridge calls by schedule; it reads no text and needs no event."""

import os
from typing import TYPE_CHECKING, Any

from functions.drift_monitor.drift_monitor import DriftMonitor
from windvane.observability import logger

_monitor = DriftMonitor(os.environ)

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@logger.inject_lambda_context(log_event=False)
def handler(_event: object, _context: "LambdaContext") -> dict[str, Any]:
    """Compare the results of the last day. An error fails the invocation, which an alarm tells."""
    return _monitor.run()
