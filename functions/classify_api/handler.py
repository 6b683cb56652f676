"""The function that AWS Lambda calls; the model is loaded once, when the process starts.

The order of the imports is the order of the start: see `functions.classify_api.start_up`.
"""

import os
from typing import TYPE_CHECKING, Any

from functions.classify_api.start_up import StartUp

_start_up = StartUp(os.environ)

from windvane.inference.classifier import Classifier  # noqa: E402

_start_up.open_classifier(Classifier)

from functions.classify_api.lambda_app import LambdaApp  # noqa: E402
from windvane.observability import logger  # noqa: E402

_app = LambdaApp(_start_up, os.environ)

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@logger.inject_lambda_context(log_event=False)  # an event holds the text
def handler(event: Any, context: "LambdaContext") -> dict[str, Any]:  # noqa: ANN401 - AWS's
    """Serve one event. An error of our own fails the invocation."""
    return _app.resolve(event, context)
