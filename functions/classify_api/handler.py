"""What AWS Lambda calls; the model is loaded when the process starts, once."""

import os
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.classify_api.lambda_app import build_lambda_app

_app = build_lambda_app(os.environ)


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one API Gateway event. An error of our own fails the invocation."""
    return _app.resolve(event, context)
