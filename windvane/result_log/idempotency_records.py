"""Idempotency records: the first response to each key, so that a repeated request gets the same."""

from typing import Protocol

import msgspec

STORED_SECONDS = 86_400
"""How long a response is stored."""

LEASE_SECONDS = 30
"""How long a claim holds without a response; after that, its request is taken to have crashed."""


class KeyClaim(msgspec.Struct, frozen=True, kw_only=True):
    """A request's claim to an idempotency key.

    Attributes:
        key_hash: Identifies the key; the key itself is not stored.
        request_hash: Hash of the request, to detect a key that is used again for another request.
        claimant: Random token that tells this request from others with the same key.
    """

    key_hash: str
    request_hash: str
    claimant: str


class ClaimedKey(msgspec.Struct, frozen=True):
    """A key that another request has claimed.

    Attributes:
        request_hash: Hash of the other request.
        stored_response: The response to it; None while it is in progress.
    """

    request_hash: str
    stored_response: bytes | None


class IdempotencyRecords(Protocol):
    """Stores the first response to each key for `STORED_SECONDS`; safe to use from threads.

    A response is opaque bytes. It holds labels, scores and result ids, never a text. It outlives a
    deleted result: a client that repeats the key and the request gets the same response until the
    record expires.
    """

    def claim(self, claim: KeyClaim) -> ClaimedKey | None:
        """Claim a key atomically.

        Returns:
            None if the claimant now has the key, else the claim of the other request.

        Raises:
            ResultLogUnavailableError: The log did not answer.
        """
        ...

    def store(self, claim: KeyClaim, response: bytes) -> None:
        """Store the response to a claimed key, unless another request has taken over the claim.

        Raises:
            ResultLogUnavailableError: It was not stored, or not in time.
        """
        ...

    def release(self, claim: KeyClaim) -> None:
        """Release a claimed key, unless another request has taken over the claim.

        Raises:
            ResultLogUnavailableError: The log did not answer.
        """
        ...
