"""Idempotency keys: a repeated request gets the stored response to the first one.

Source: draft-ietf-httpapi-idempotency-key-header. A request claims its key before it is served, and
holds it until its response is stored, or for `LEASE_SECONDS` if the process crashes. The local
server renews the claims of requests that take longer (`windvane.server.claim_renewal`); the
function is stopped sooner.
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

from windvane.api.caller import current_caller
from windvane.api.problems import (
    FieldRuleError,
    KeyInUseError,
    KeyReusedError,
    LogUnavailableError,
)
from windvane.observability import logger
from windvane.result_log.errors import ResultLogUnavailableError
from windvane.result_log.idempotency_records import (
    HELD_CLAIMS,
    ClaimedKey,
    IdempotencyRecords,
    KeyClaim,
)

KEY = re.compile("[!-~]{1,255}")
KEY_RULE = "1 to 255 visible ASCII characters"
REPLAYED = {"Idempotency-Replayed": "true"}

KEY_PARAMETER = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Of the caller's own making, one a request. Sent again within a day with the "
    "same API key, the same request gets the first answer with the header `Idempotency-Replayed: "
    "true`, and is not recorded again. Answers are kept where results are recorded; elsewhere the "
    "key does nothing.",
    "schema": {"type": "string", "pattern": "^[!-~]+$", "minLength": 1, "maxLength": 255},
    "example": "8e03978e-40d5-43dd-bc93-6894a57f9324",
}
"""The header as an OpenAPI parameter."""


def respond_once(
    serve: Callable[[BaseProxyEvent], Response[str]],
    event: BaseProxyEvent,
    key: str,
    records: IdempotencyRecords | None,
) -> Response[str]:
    """Serve a request, or repeat the stored response to it.

    Args:
        serve: Serves the request.
        event: The request.
        key: Its ``Idempotency-Key``.
        records: Stored responses; None if no results are recorded. Then a request has no effect
            that could happen twice, and the same request gets the same scores anyway.

    Raises:
        FieldRuleError: The key breaks its rule.
        KeyInUseError: Another request with this key is in progress.
        KeyReusedError: The key was sent with another request before.
        LogUnavailableError: The idempotency records cannot be read.
    """
    if not KEY.fullmatch(key):
        raise FieldRuleError("idempotency-key", KEY_RULE)
    if records is None:
        return serve(event)
    claim = _to_claim(event, key)
    if other := _claim(records, claim):
        return _replay(other, claim)
    with HELD_CLAIMS.hold(records, claim), _release_on_error(records, claim):
        response = serve(event)
    _store(records, claim, response.body or "")
    return response


def _to_claim(event: BaseProxyEvent, key: str) -> KeyClaim:
    """Hash the key, which belongs to the caller's API key, and the request.

    The key, which is not stored, goes into the hash of the request: otherwise a short text could be
    guessed from the hash.
    """
    caller = current_caller().key_id
    request = "\n".join([event.http_method, event.path, event.body or ""])
    return KeyClaim(
        key_hash=hashlib.sha256(f"{caller}\n{key}".encode()).hexdigest(),
        request_hash=hmac.digest(
            key.encode(), request.encode("utf-8", "surrogatepass"), "sha256"
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
    try:
        body = zlib.decompress(other.stored_response).decode()
    except (TypeError, UnicodeDecodeError, zlib.error) as error:
        logger.error("stored response damaged")
        raise LogUnavailableError from error
    return Response(HTTPStatus.OK, "application/json", body, REPLAYED)


@contextmanager
def _release_on_error(records: IdempotencyRecords, claim: KeyClaim) -> Iterator[None]:
    """Release the key if its request fails for any reason."""
    try:
        yield
    except BaseException:
        try:
            records.release(claim)
        except ResultLogUnavailableError as error:
            logger.error("idempotency key not released", reason=str(error))
        raise


def _store(records: IdempotencyRecords, claim: KeyClaim, body: str) -> None:
    """Store a response body, compressed. If that fails, the caller still gets the response."""
    try:
        if not records.store(claim, zlib.compress(body.encode())):
            logger.error("response not stored", reason="another request has taken over the key")
    except ResultLogUnavailableError as error:
        logger.error("response not stored", reason=str(error))
