"""A lock that is handed on in the order of asking."""

import threading
from collections import deque


class FairLock:
    """Passes from thread to thread in turn.

    Python's own lock goes to whoever comes first when it is released, which is mostly whoever
    released it: a thread that writes on and on would keep the others out.
    """

    def __init__(self) -> None:
        """Begin free."""
        self._changing = threading.Lock()
        self._is_held = False
        self._waiting: deque[threading.Lock] = deque()

    def acquire(self, seconds: float) -> bool:
        """Wait for the lock, so long at most; says whether it is the caller's."""
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
        return True  # it was handed over at the last moment

    def release(self) -> None:
        """Hand the lock to whoever has waited longest."""
        with self._changing:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_held = False
