"""The handlers of ``/v1/results``. Where results are not recorded, none is found."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus

import msgspec
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from windvane.api.caller import current_caller
from windvane.api.problems import (
    FieldRuleError,
    LogUnavailableError,
    ResultDamagedError,
    ResultNotFoundError,
)
from windvane.api.request_body import read_json
from windvane.api.request_rules import to_request
from windvane.api.request_subject import hash_subject
from windvane.api.results.page_size import cut_page
from windvane.api.results.result_query import to_deletion_query, to_query
from windvane.api.results.result_schemas import ErasedResults, FeedbackRequest, to_result_list
from windvane.api.route import Dependencies
from windvane.api.routing import to_json_response
from windvane.observability import logger
from windvane.result_log.errors import (
    DamagedRecordError,
    ResultIdError,
    ResultLogUnavailableError,
)
from windvane.result_log.query import ResultPage, ResultQuery
from windvane.result_log.result_log import ResultLog

DELETION_SECONDS = 8.0
"""How long one request deletes; API Gateway waits 29 s, and other clients often 10."""


def list_results(event: BaseProxyEvent, dependencies: Dependencies) -> Response[str]:
    """List a page of results, as many as one response holds."""
    with _open_log(dependencies) as log:
        hash_with = partial(hash_subject, log=log, dependencies=dependencies)
        query = _limit(to_query(event.multi_value_query_string_parameters, hash_with))
        page = log.list(query) if query else ResultPage([])
    if page.damaged:
        logger.error("damaged results", count=page.damaged, result_ids=page.damaged_ids)
    return to_json_response(to_result_list(cut_page(page)))


def delete_results(event: BaseProxyEvent, dependencies: Dependencies) -> Response[str]:
    """Erase all results of a subject, as far as the time reaches."""
    with _open_log(dependencies) as log:
        hash_with = partial(hash_subject, log=log, dependencies=dependencies)
        query = to_deletion_query(event.multi_value_query_string_parameters, hash_with)
        query = msgspec.structs.replace(query, client=current_caller().limited_to)
        deletion = log.delete_matching(query, DELETION_SECONDS)
    return to_json_response(ErasedResults(deletion.deleted, deletion.remaining))


def read_result(_: BaseProxyEvent, dependencies: Dependencies, result_id: str) -> Response[str]:
    """Look up one result."""
    with _open_log(dependencies) as log:
        record = log.read(result_id, client=current_caller().limited_to)
    if record is None:
        raise ResultNotFoundError
    return to_json_response(record)


def delete_result(_: BaseProxyEvent, dependencies: Dependencies, result_id: str) -> Response[str]:
    """Erase one result for good."""
    with _open_log(dependencies) as log:
        if not log.delete(result_id, client=current_caller().limited_to):
            raise ResultNotFoundError
    return Response(HTTPStatus.NO_CONTENT, body="")


def set_feedback(
    event: BaseProxyEvent, dependencies: Dependencies, result_id: str
) -> Response[str]:
    """Record which label is right."""
    request = to_request(read_json(event), FeedbackRequest)
    client = current_caller().limited_to
    with _open_log(dependencies) as log:
        record = log.read(result_id, client=client)
        if record is not None:
            _check_label(request.label, record.scores)
            record = log.set_feedback(result_id, request.label, client=client)
    if record is None:
        raise ResultNotFoundError
    return to_json_response(record)


def _limit(query: ResultQuery) -> ResultQuery | None:
    """Limit a query to what the caller may see: a limited client's own, or None if that is none."""
    client = current_caller().limited_to
    if client is None:
        return query
    if query.client not in {None, client}:
        return None
    return msgspec.structs.replace(query, client=client)


@contextmanager
def _open_log(dependencies: Dependencies) -> Iterator[ResultLog]:
    """Give the log, and turn its errors into problems.

    Raises:
        FieldRuleError: The result id is malformed.
        LogUnavailableError: The log did not respond.
        ResultDamagedError: The record cannot be read.
        ResultNotFoundError: Results are not recorded.
    """
    if dependencies.result_log is None:
        raise ResultNotFoundError
    try:
        yield dependencies.result_log
    except ResultIdError as error:
        raise FieldRuleError("result_id", str(error)) from error
    except DamagedRecordError as error:
        logger.error("damaged results", count=1, result_ids=[error.result_id])
        raise ResultDamagedError from error
    except ResultLogUnavailableError as error:
        logger.error("result log unavailable", reason=str(error))
        raise LogUnavailableError from error


def _check_label(label: str, labels: Collection[str]) -> None:
    if label not in labels:
        raise FieldRuleError("label", f"one of {', '.join(labels)}")
