"""A first-in, first-out lock."""

import threading
from collections import deque


class FairLock:
    """Gives the lock to threads in the order in which they asked for it.

    `threading.Lock` gives no order: a thread that releases it and acquires it again in a loop can
    starve the others.
    """

    def __init__(self) -> None:
        self._changing = threading.Lock()
        self._is_held = False
        self._waiting: deque[threading.Lock] = deque()

    def acquire(self, seconds: float) -> bool:
        """Wait for the lock, at most ``seconds``; return whether the caller now holds it."""
        with self._changing:
            if not self._is_held:
                self._is_held = True
                return True
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        if turn.acquire(timeout=max(seconds, 0)):
            return True
        with self._changing:
            if turn in self._waiting:
                self._waiting.remove(turn)
                return False
        return True  # it was handed over just after the timeout

    def release(self) -> None:
        """Hand the lock to the thread that has waited longest."""
        with self._changing:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_held = False
