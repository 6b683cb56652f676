"""Limits the bytes of bodies that the process holds, for all connections together."""

from windvane.server.asgi import BODY_SHARE, Scope

MAX_HELD_BYTES = 64 * 1024 * 1024
"""Maximum size of all bodies that are held, beyond what is free of each."""

FREE_BYTES = 64 * 1024
"""This much of each body is free, so that large bodies never keep small requests out. The limit on
connections bounds it: 32 MB."""


class BodyBudget:
    """Bytes of bodies that may still be held: of requests, and of responses until they are sent.

    Bytes are counted as they arrive: a client that announces a body takes nothing until it sends.

    Attributes:
        left_bytes: What is left.
        free_bytes: This much of each body is not counted.
    """

    def __init__(self, max_bytes: int = MAX_HELD_BYTES, free_bytes: int = FREE_BYTES) -> None:
        self.left_bytes = max_bytes
        self.free_bytes = free_bytes


class BodyShare:
    """What the bodies of one request and its response take of a budget.

    Attributes:
        arrived_bytes: Bytes of the body that were counted.
    """

    def __init__(self, budget: BodyBudget) -> None:
        self.arrived_bytes = 0
        self._budget = budget
        self._taken = 0
        self._is_dropped = False

    @classmethod
    def of(cls, scope: Scope) -> "BodyShare":
        """Return the share of a request; one of its own if the server counts no bodies."""
        share: BodyShare | None = scope.get("state", {}).get(BODY_SHARE)
        return share or cls(BodyBudget())

    def take(self, size: int) -> bool:
        """Count bytes that arrived.

        Returns:
            False if they exceed the budget. The body is then to be dropped, and counts no more.
        """
        if self._is_dropped:
            return True
        self.arrived_bytes += size
        more = max(0, self.arrived_bytes - self._budget.free_bytes) - self._taken
        if more > self._budget.left_bytes:
            self.drop()
            return False
        self._taken += more
        self._budget.left_bytes -= more
        return True

    def drop(self) -> None:
        """Give back what was taken, and take nothing more: nobody holds the body."""
        self._is_dropped = True
        self._budget.left_bytes += self._taken
        self._taken = 0

    def take_response(self, size: int) -> bool:
        """Count the response in the place of the request, whose body nobody holds any more.

        Returns:
            False if it exceeds the budget. The response is then to be dropped.
        """
        self.drop()
        self._is_dropped = False
        self.arrived_bytes = 0
        return self.take(size)
