"""First answers, as items of the table of results, in partitions of their own."""

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
    KEPT_SECONDS,
    LEASE_SECONDS,
    ClaimedKey,
    KeyClaim,
)
from windvane.result_log.time_limits import READ_SECONDS, WRITE_SECONDS

SORT_KEY = "answer"
"""Every item of the table has a ``result_id``; these are no results."""


class DynamoDbKeptAnswers:
    """Keeps the first answer to each key."""

    def __init__(self, table: DynamoDbTable) -> None:
        """Keep the table."""
        self._table = table

    def claim(self, claim: KeyClaim) -> ClaimedKey | None:
        """Claim a key; one that was given back in the meantime is claimed again."""
        deadline = time.monotonic() + READ_SECONDS
        pause = FIRST_PAUSE_SECONDS
        while not self._put(claim, deadline):
            if found := self._find(claim, deadline):
                return found
            pause = wait(pause, deadline)
        return None

    def keep(self, claim: KeyClaim, answer: bytes) -> None:
        """Keep the answer to a claimed key."""
        asked = {
            "Key": _to_key(claim),
            "UpdateExpression": "SET answer = :answer, expires_at = :expires_at",
            "ConditionExpression": "claimant = :claimant",
            "ExpressionAttributeValues": {
                ":answer": {"B": base64.b64encode(answer).decode()},
                ":expires_at": _expire_in(KEPT_SECONDS),
                ":claimant": to_attribute(claim.claimant),
            },
        }
        with suppress(ConditionFailedError):  # the claim has passed to another request
            self._table.call("UpdateItem", asked, time.monotonic() + WRITE_SECONDS)

    def release(self, claim: KeyClaim) -> None:
        """Give a claimed key back."""
        asked = {
            "Key": _to_key(claim),
            "ConditionExpression": "claimant = :claimant",
            "ExpressionAttributeValues": {":claimant": to_attribute(claim.claimant)},
        }
        with suppress(ConditionFailedError):
            self._table.call("DeleteItem", asked, time.monotonic() + WRITE_SECONDS)

    def _put(self, claim: KeyClaim, deadline: float) -> bool:
        asked = {
            "Item": {
                **_to_key(claim),
                "request_hash": to_attribute(claim.request_hash),
                "claimant": to_attribute(claim.claimant),
                "expires_at": _expire_in(LEASE_SECONDS),
            },
            # The claimant's own is there where the answer to its first try was lost.
            "ConditionExpression": "attribute_not_exists(pk) OR expires_at <= :now "
            "OR claimant = :claimant",
            "ExpressionAttributeValues": {
                ":now": _expire_in(0),
                ":claimant": to_attribute(claim.claimant),
            },
        }
        try:
            self._table.call("PutItem", asked, deadline)
        except ConditionFailedError:
            return False
        return True

    def _find(self, claim: KeyClaim, deadline: float) -> ClaimedKey | None:
        asked = {"Key": _to_key(claim), "ConsistentRead": True}
        item = self._table.call("GetItem", asked, deadline).get("Item")
        if not item or int(item["expires_at"]["N"]) <= time.time():
            return None
        answer = base64.b64decode(item["answer"]["B"]) if "answer" in item else None
        return ClaimedKey(item["request_hash"]["S"], answer)


def _to_key(claim: KeyClaim) -> Item:
    return {
        "pk": to_attribute(f"idempotency#{claim.key_hash}"),
        "result_id": to_attribute(SORT_KEY),
    }


def _expire_in(seconds: int) -> Item:
    return to_attribute(int(time.time()) + seconds)
