"""The function that the API's function invokes asynchronously with a share of its texts."""

import os
from typing import TYPE_CHECKING, Any

from functions.shadow.shadow_app import ShadowApp
from windvane.observability import logger

_app = ShadowApp(os.environ)

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@logger.inject_lambda_context(log_event=False)  # an event holds texts
def handler(event: dict[str, Any], _: "LambdaContext") -> None:
    """Answer an event's texts. An error fails the invocation, which is not tried again."""
    _app.answer(event)
