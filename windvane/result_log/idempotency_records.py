"""Idempotency records: the first response to each key, so that a repeated request gets the same."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

import msgspec

from windvane.facts import IDEMPOTENCY_LEASE_SECONDS

STORED_SECONDS = 86_400
"""How long a response is stored."""

LEASE_SECONDS = IDEMPOTENCY_LEASE_SECONDS
"""How long a claim holds after it was made or renewed; then its request counts as crashed."""

RENEW_SECONDS = 10
"""Age at which a claim is renewed, early enough for a second and a third attempt."""


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

    def renew(self, claim: KeyClaim) -> bool:
        """Let a claim hold for `LEASE_SECONDS` from now.

        Returns:
            Whether the claimant has the key; False if another request has taken it over.

        Raises:
            ResultLogUnavailableError: The log did not answer.
        """
        ...

    def store(self, claim: KeyClaim, response: bytes) -> bool:
        """Store the response to a claimed key, unless another request has taken over the claim.

        Returns:
            Whether it was stored.

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


class HeldClaims:
    """The claims of the requests that this process is serving."""

    def __init__(self) -> None:
        self._renewed: dict[KeyClaim, tuple[IdempotencyRecords, float]] = {}

    @contextmanager
    def hold(self, records: IdempotencyRecords, claim: KeyClaim) -> Iterator[None]:
        """List a claim, which has just been made, until the block ends."""
        self._renewed[claim] = records, time.monotonic()
        try:
            yield
        finally:
            self._renewed.pop(claim, None)

    def list_old(self) -> Sequence[tuple[IdempotencyRecords, KeyClaim]]:
        """List the claims that were made or renewed `RENEW_SECONDS` ago."""
        limit = time.monotonic() - RENEW_SECONDS
        claims = list(self._renewed.items())  # in one step: other threads add and remove some
        return [(records, claim) for claim, (records, renewed) in claims if renewed <= limit]

    def set_renewed(self, claim: KeyClaim, renewed: float) -> None:
        """Note when a claim was renewed, by `time.monotonic`, if its request still runs."""
        if held := self._renewed.get(claim):
            self._renewed[claim] = held[0], renewed

    def drop(self, claim: KeyClaim) -> None:
        """Take a claim off the list, since it was lost."""
        self._renewed.pop(claim, None)


HELD_CLAIMS = HeldClaims()
