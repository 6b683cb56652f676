"""A request with an ``Idempotency-Key`` is answered once; sent again, it gets the same answer.

As in draft-ietf-httpapi-idempotency-key-header. The key belongs to its request from the claim on:
until it is answered, or for `LEASE_SECONDS` if whoever answers it crashes.
"""

import hashlib
import hmac
import os
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from windvane.api.problems import (
    FieldRuleError,
    KeyInUseError,
    KeyReusedError,
    LogUnavailableError,
)
from windvane.observability import logger
from windvane.result_log.errors import ResultLogUnavailableError
from windvane.result_log.idempotency_records import ClaimedKey, IdempotencyRecords, KeyClaim

KEY = re.compile("[!-~]{1,255}")
KEY_RULE = "1 to 255 visible ASCII characters"
REPLAYED = {"Idempotency-Replayed": "true"}

AnswerEvent = Callable[[BaseProxyEvent], Response[str]]


def answer_once(
    answer: AnswerEvent, event: BaseProxyEvent, key: str, records: IdempotencyRecords | None
) -> Response[str]:
    """Answer a request, or say again what it was answered before.

    Args:
        answer: Answers the request.
        event: The request.
        key: Its ``Idempotency-Key``.
        records: Stored responses; None if no results are recorded: then nothing
            happens twice, and the same request has the same answer anyway.

    Raises:
        FieldRuleError: The key breaks its rule.
        KeyInUseError: A request with this key is being answered.
        KeyReusedError: The key came with another request.
        LogUnavailableError: Whether the request is a new one cannot be known now.
    """
    if not KEY.fullmatch(key):
        raise FieldRuleError("idempotency-key", KEY_RULE)
    if records is None:
        return answer(event)
    claim = _to_claim(event, key)
    if other := _claim(records, claim):
        return _replay(other, claim)
    with _release_on_error(records, claim):
        response = answer(event)
    _keep(records, claim, response.body or "")
    return response


def _to_claim(event: BaseProxyEvent, key: str) -> KeyClaim:
    """Name key and request by hashes.

    The key goes into the hash of the request, and is itself not kept: otherwise a short text
    could be guessed from the hash.
    """
    context = event.get("requestContext") or {}
    caller = (context.get("identity") or {}).get("apiKeyId") or ""
    asked = "\n".join([event.http_method, event.path, event.body or ""])
    return KeyClaim(
        key_hash=hashlib.sha256(f"{caller}\n{key}".encode()).hexdigest(),
        request_hash=hmac.digest(
            key.encode(), asked.encode("utf-8", "surrogatepass"), "sha256"
        ).hex(),
        claimant=os.urandom(16).hex(),
    )


def _claim(records: IdempotencyRecords, claim: KeyClaim) -> ClaimedKey | None:
    try:
        return records.claim(claim)
    except ResultLogUnavailableError as error:
        logger.error("result log unavailable", reason=str(error))
        raise LogUnavailableError from error


def _replay(other: ClaimedKey, claim: KeyClaim) -> Response[str]:
    if other.request_hash != claim.request_hash:
        raise KeyReusedError
    if other.stored_response is None:
        raise KeyInUseError
    body = zlib.decompress(other.stored_response).decode()
    return Response(HTTPStatus.OK, "application/json", body, REPLAYED)


@contextmanager
def _release_on_error(records: IdempotencyRecords, claim: KeyClaim) -> Iterator[None]:
    """Give the key back where its request is not answered, whatever the reason."""
    try:
        yield
    except BaseException:
        try:
            records.release(claim)
        except ResultLogUnavailableError as error:
            logger.error("idempotency key not released", reason=str(error))
        raise


def _keep(records: IdempotencyRecords, claim: KeyClaim, body: str) -> None:
    """Keep an answer, packed: results look alike. Failing that, the caller still gets it."""
    try:
        records.store(claim, zlib.compress(body.encode()))
    except ResultLogUnavailableError as error:
        logger.error("answer not kept", reason=str(error))
