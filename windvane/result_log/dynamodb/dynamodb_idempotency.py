"""Idempotency records as items of the result table, each in its own partition."""

import base64
import math
import time
from contextlib import suppress

from windvane.aws.json_service import FIRST_PAUSE_SECONDS
from windvane.result_log.dynamodb.dynamodb_items import Item, is_expired, to_attribute
from windvane.result_log.dynamodb.dynamodb_table import (
    ConditionFailedError,
    DynamoDbTable,
    wait,
)
from windvane.result_log.errors import ResultLogUnavailableError
from windvane.result_log.idempotency_records import (
    LEASE_SECONDS,
    STORED_SECONDS,
    ClaimedKey,
    KeyClaim,
)
from windvane.result_log.time_limits import READ_SECONDS, WRITE_SECONDS

SORT_KEY = "answer"
"""Value of ``result_id``, which the table requires of every item, in an idempotency record."""


class DynamoDbIdempotencyRecords:
    """Stores the first response to each key."""

    def __init__(self, table: DynamoDbTable) -> None:
        self._table = table

    def claim(self, claim: KeyClaim) -> ClaimedKey | None:
        """Claim a key; retry if another request released it in between."""
        deadline = time.monotonic() + READ_SECONDS
        pause = FIRST_PAUSE_SECONDS
        while not self._put(claim, deadline):
            if other := self._find(claim, deadline):
                return other
            pause = wait(pause, deadline)
        return None

    def renew(self, claim: KeyClaim) -> bool:
        """Renew a claim."""
        parameters = {
            "Key": _to_key(claim),
            "UpdateExpression": "SET expires_at = :expires_at",
            "ConditionExpression": "claimant = :claimant AND attribute_not_exists(answer)",
            "ExpressionAttributeValues": {
                ":expires_at": _expire_in(LEASE_SECONDS),
                ":claimant": to_attribute(claim.claimant),
            },
        }
        return self._update(parameters, time.monotonic() + READ_SECONDS)

    def store(self, claim: KeyClaim, response: bytes) -> bool:
        """Store the response to a claimed key."""
        parameters = {
            "Key": _to_key(claim),
            "UpdateExpression": "SET answer = :answer, expires_at = :expires_at",
            "ConditionExpression": "claimant = :claimant",
            "ExpressionAttributeValues": {
                ":answer": {"B": base64.b64encode(response).decode()},
                ":expires_at": _expire_in(STORED_SECONDS),
                ":claimant": to_attribute(claim.claimant),
            },
        }
        return self._update(parameters, time.monotonic() + WRITE_SECONDS)

    def release(self, claim: KeyClaim) -> None:
        """Release a claimed key."""
        parameters = {
            "Key": _to_key(claim),
            "ConditionExpression": "claimant = :claimant",
            "ExpressionAttributeValues": {":claimant": to_attribute(claim.claimant)},
        }
        with suppress(ConditionFailedError):
            self._table.call("DeleteItem", parameters, time.monotonic() + WRITE_SECONDS)

    def _update(self, parameters: Item, deadline: float) -> bool:
        """Update an item; return whether the claimant has it."""
        try:
            self._table.call("UpdateItem", parameters, deadline)
        except ConditionFailedError:
            return False
        return True

    def _put(self, claim: KeyClaim, deadline: float) -> bool:
        parameters = {
            "Item": {
                **_to_key(claim),
                "request_hash": to_attribute(claim.request_hash),
                "claimant": to_attribute(claim.claimant),
                "expires_at": _expire_in(LEASE_SECONDS),
            },
            # A claim by this claimant exists if the response to its first attempt was lost.
            # One whose expires_at another program has damaged would hold for ever.
            "ConditionExpression": "NOT expires_at > :now OR claimant = :claimant",
            "ExpressionAttributeValues": {
                ":now": to_attribute(int(time.time())),
                ":claimant": to_attribute(claim.claimant),
            },
        }
        try:
            self._table.call("PutItem", parameters, deadline)
        except ConditionFailedError:
            return False
        return True

    def _find(self, claim: KeyClaim, deadline: float) -> ClaimedKey | None:
        parameters = {"Key": _to_key(claim), "ConsistentRead": True}
        item = self._table.call("GetItem", parameters, deadline).get("Item")
        if not item or is_expired(item):
            return None
        try:
            response = base64.b64decode(item["answer"]["B"]) if "answer" in item else None
            return ClaimedKey(item["request_hash"]["S"], response)
        except (KeyError, TypeError, ValueError) as error:
            raise ResultLogUnavailableError("dynamodb: an idempotency record is damaged") from error


def _to_key(claim: KeyClaim) -> Item:
    return {
        "pk": to_attribute(f"idempotency#{claim.key_hash}"),
        "result_id": to_attribute(SORT_KEY),
    }


def _expire_in(seconds: int) -> Item:
    """Return a time in whole seconds, rounded up so that a lease is never short."""
    return to_attribute(math.ceil(time.time()) + seconds)
