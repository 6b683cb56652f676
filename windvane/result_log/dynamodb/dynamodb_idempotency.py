"""Idempotency records as items of the result table, each in its own partition."""

import base64
import time
from contextlib import suppress

from windvane.result_log.dynamodb.dynamodb_items import Item, to_attribute
from windvane.result_log.dynamodb.dynamodb_table import (
    FIRST_PAUSE_SECONDS,
    ConditionFailedError,
    DynamoDbTable,
    wait,
)
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

    def store(self, claim: KeyClaim, response: bytes) -> None:
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
        with suppress(ConditionFailedError):  # another request has taken over the claim
            self._table.call("UpdateItem", parameters, time.monotonic() + WRITE_SECONDS)

    def release(self, claim: KeyClaim) -> None:
        """Release a claimed key."""
        parameters = {
            "Key": _to_key(claim),
            "ConditionExpression": "claimant = :claimant",
            "ExpressionAttributeValues": {":claimant": to_attribute(claim.claimant)},
        }
        with suppress(ConditionFailedError):
            self._table.call("DeleteItem", parameters, time.monotonic() + WRITE_SECONDS)

    def _put(self, claim: KeyClaim, deadline: float) -> bool:
        parameters = {
            "Item": {
                **_to_key(claim),
                "request_hash": to_attribute(claim.request_hash),
                "claimant": to_attribute(claim.claimant),
                "expires_at": _expire_in(LEASE_SECONDS),
            },
            # A claim by this claimant exists if the response to its first attempt was lost.
            "ConditionExpression": "attribute_not_exists(pk) OR expires_at <= :now "
            "OR claimant = :claimant",
            "ExpressionAttributeValues": {
                ":now": _expire_in(0),
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
        if not item or int(item["expires_at"]["N"]) <= time.time():
            return None
        response = base64.b64decode(item["answer"]["B"]) if "answer" in item else None
        return ClaimedKey(item["request_hash"]["S"], response)


def _to_key(claim: KeyClaim) -> Item:
    return {
        "pk": to_attribute(f"idempotency#{claim.key_hash}"),
        "result_id": to_attribute(SORT_KEY),
    }


def _expire_in(seconds: int) -> Item:
    return to_attribute(int(time.time()) + seconds)
