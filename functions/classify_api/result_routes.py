"""What was answered, looked up."""

from collections.abc import Sequence

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from functions.classify_api.problems import (
    FieldRuleError,
    LogUnavailableError,
    ResultNotFoundError,
)
from functions.classify_api.routing import Route, to_json_response
from functions.observability import logger
from functions.result_log.errors import ResultIdError, ResultLogUnavailableError
from functions.result_log.recorder import Recorder


class ResultRoutes:
    """Answers ``/v1/results``."""

    def __init__(self, recorder: Recorder | None) -> None:
        """Keep where results are; nowhere, if none are recorded."""
        self._recorder = recorder

    @property
    def routes(self) -> Sequence[Route]:
        """Its routes."""
        return (Route("GET", "/v1/results/<result_id>", self.result, is_slow=True),)

    def result(self, _: BaseProxyEvent, result_id: str) -> Response[str]:
        """Look up what was answered."""
        try:
            record = self._recorder.find(result_id) if self._recorder else None
        except ResultIdError as error:
            raise FieldRuleError("result_id", str(error)) from error
        except ResultLogUnavailableError as error:
            logger.error("result log unavailable", reason=str(error))
            raise LogUnavailableError from error
        if record is None:
            raise ResultNotFoundError
        return to_json_response(record)
