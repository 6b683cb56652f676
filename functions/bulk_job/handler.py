"""The functions that Step Functions calls for bulk jobs; ``step`` of the event says what to do."""

import os
from typing import TYPE_CHECKING, Any

from functions.bulk_job.start_up import start
from functions.bulk_job.steps import Steps
from windvane.observability import logger

_steps = Steps(start(os.environ))

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@logger.inject_lambda_context(log_event=False)  # an event names objects
def handler(event: dict[str, Any], _: "LambdaContext") -> dict[str, Any]:
    """Run one step. An error fails the invocation, and Step Functions decides what follows."""
    return _steps.run(event)
