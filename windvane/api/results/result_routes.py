"""What was answered: listed, looked up, erased and corrected."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from windvane.api.problems import (
    FieldRuleError,
    LogUnavailableError,
    ResultNotFoundError,
)
from windvane.api.request_body import read_json
from windvane.api.request_rules import to_request
from windvane.api.routing import Route, to_json_response
from windvane.observability import logger
from windvane.result_log.errors import ResultIdError, ResultLogUnavailableError
from windvane.result_log.recorder import Recorder
from windvane.result_log.result_log import ResultLog


class ResultRoutes:
    """Answers ``/v1/results``; where no results are recorded there are none to be found."""

    def __init__(self, recorder: Recorder | None) -> None:
        """Keep where results are; nowhere, if none are recorded."""
        self._recorder = recorder

    @property
    def routes(self) -> Sequence[Route]:
        """Its routes."""
        one = "/v1/results/<result_id>"
        return (
            Route("GET", "/v1/results", self.results, is_slow=True),
            Route("GET", one, self.result, is_slow=True),
            Route("DELETE", one, self.erase, is_slow=True),
            Route("POST", f"{one}/feedback", self.correct, is_slow=True),
        )

    def results(self, event: BaseProxyEvent) -> Response[str]:
        """List what was answered."""
        from windvane.api.results.result_query import to_query
        from windvane.api.results.result_schemas import to_result_list

        query = to_query(event.multi_value_query_string_parameters)
        with self._open_log() as log:
            return to_json_response(to_result_list(log.list(query)))

    def result(self, _: BaseProxyEvent, result_id: str) -> Response[str]:
        """Look up what was answered."""
        with self._open_log() as log:
            record = log.read(result_id)
        if record is None:
            raise ResultNotFoundError
        return to_json_response(record)

    def erase(self, _: BaseProxyEvent, result_id: str) -> Response[str]:
        """Erase what was answered, for good."""
        with self._open_log() as log:
            if not log.delete(result_id):
                raise ResultNotFoundError
        return Response(HTTPStatus.NO_CONTENT, body="")

    def correct(self, event: BaseProxyEvent, result_id: str) -> Response[str]:
        """Keep which label is right."""
        from windvane.api.results.result_schemas import FeedbackRequest

        request = to_request(read_json(event), FeedbackRequest)
        with self._open_log() as log:
            record = log.read(result_id)
            if record is not None:
                _check_label(request.label, record.scores)
                record = log.set_feedback(result_id, request.label)
        if record is None:
            raise ResultNotFoundError
        return to_json_response(record)

    @contextmanager
    def _open_log(self) -> Iterator[ResultLog]:
        """Give the log, and tell the caller what is wrong with it or with what it was asked.

        Raises:
            FieldRuleError: The result id is none.
            LogUnavailableError: The log does not answer.
            ResultNotFoundError: Results are not recorded.
        """
        if self._recorder is None:
            raise ResultNotFoundError
        try:
            yield self._recorder.result_log
        except ResultIdError as error:
            raise FieldRuleError("result_id", str(error)) from error
        except ResultLogUnavailableError as error:
            logger.error("result log unavailable", reason=str(error))
            raise LogUnavailableError from error


def _check_label(label: str, labels: Collection[str]) -> None:
    if label not in labels:
        raise FieldRuleError("label", f"one of {', '.join(labels)}")
