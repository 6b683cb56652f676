"""First answers, kept so that a request which is sent again gets the same one."""

from typing import Protocol

import msgspec

KEPT_SECONDS = 86_400
"""How long an answer is kept."""

LEASE_SECONDS = 30
"""How long a key belongs to the request that claimed it; then that request has crashed."""


class KeyClaim(msgspec.Struct, frozen=True, kw_only=True):
    """What one request needs to claim a key.

    Attributes:
        key_hash: Names the key; the key itself is not kept.
        request_hash: Of what is asked, so that the same key with another request is found out.
        claimant: Made up for this request; tells it from another with the same key.
    """

    key_hash: str
    request_hash: str
    claimant: str


class ClaimedKey(msgspec.Struct, frozen=True):
    """A key that another request has.

    Attributes:
        request_hash: Of what the other request asked.
        answer: What it was answered; nothing while it is being answered.
    """

    request_hash: str
    answer: bytes | None


class KeptAnswers(Protocol):
    """Keeps the first answer to each key for `KEPT_SECONDS`; safe to call from several threads.

    An answer is bytes to it. It holds what the caller was told (labels, scores, result ids), never
    a text, and it outlives a result that is deleted: whoever has both the key and the request
    is told again what they were told before, until the day is over.
    """

    def claim(self, claim: KeyClaim) -> ClaimedKey | None:
        """Claim a key, in one step of all or nothing.

        Returns:
            Nothing if the key is the claimant's now; else who has it.

        Raises:
            ResultLogUnavailableError: The log did not answer.
        """
        ...

    def keep(self, claim: KeyClaim, answer: bytes) -> None:
        """Keep the answer to a claimed key, unless the claim has passed to another request.

        Raises:
            ResultLogUnavailableError: It was not kept, or not in time.
        """
        ...

    def release(self, claim: KeyClaim) -> None:
        """Give a claimed key back, unless the claim has passed to another request.

        Raises:
            ResultLogUnavailableError: The log did not answer.
        """
        ...
