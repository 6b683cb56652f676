"""Group commit: threads that write at the same time share a transaction."""

import threading
import time
from collections import deque
from collections.abc import Sequence

from windvane.result_log.errors import ResultLogUnavailableError
from windvane.result_log.sqlite.sqlite_database import WROTE_TOO_LONG, SqliteDatabase
from windvane.result_log.sqlite.sqlite_rows import Row


class _Insertion:
    """The rows of one call; ``is_done`` is for the thread that may write."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.is_done = False
        self.may_be_there = False


class GroupCommit:
    """Inserts rows; each call returns when its own are committed.

    The thread whose turn it is to write takes the rows of all that wait behind it along. They find
    their rows committed when it is their turn. A thread that is alone waits for nobody.
    """

    def __init__(self, database: SqliteDatabase, statement: str, again: str) -> None:
        """Take where and how to insert.

        Args:
            database: The database.
            statement: An INSERT of one row.
            again: The same for a row that may be there already.
        """
        self._database = database
        self._statement = statement
        self._again = again
        self._changing = threading.Lock()
        self._waiting: deque[_Insertion] = deque()

    def insert(self, rows: Sequence[Row], seconds: float) -> None:
        """Insert all rows or none.

        Args:
            rows: The values of each row.
            seconds: How long to wait for other writers; and as long again for a group that has the
                rows already.

        Raises:
            ResultLogUnavailableError: SQLite failed, or was locked for too long.
        """
        own = _Insertion(rows)
        deadline = time.monotonic() + seconds
        with self._changing:
            self._waiting.append(own)
        if not self._wait_for_turn(own, seconds):
            return
        try:
            if not own.is_done:
                self._insert_group(own, deadline)
        finally:
            self._database.turn.release()

    def _wait_for_turn(self, own: _Insertion, seconds: float) -> bool:
        """Return whether the turn is this thread's; otherwise its rows are committed already.

        Raises:
            ResultLogUnavailableError: Others wrote for too long.
        """
        turn = self._database.turn
        if turn.acquire(seconds):
            return True
        if not self._withdraw(own) and not own.is_done and turn.acquire(seconds):
            return True
        if own.is_done:
            return False
        raise ResultLogUnavailableError(WROTE_TOO_LONG)

    def _insert_group(self, own: _Insertion, deadline: float) -> None:
        group = self._take(own)
        try:
            self._insert_all(group, deadline)
        except Exception:
            if len(group) == 1:
                raise
            # The rows of another may be at fault. Each thread of the group tries alone. Or the file
            # was moved after the commit, and may be back.
            for insertion in group:
                insertion.may_be_there = True
            self._insert_all([own], deadline)

    def _insert_all(self, group: Sequence[_Insertion], deadline: float) -> None:
        rows = [row for insertion in group for row in insertion.rows]
        may_be_there = any(insertion.may_be_there for insertion in group)
        statement = self._again if may_be_there else self._statement
        self._database.insert(statement, rows, deadline)
        for insertion in group:
            insertion.is_done = True

    def _take(self, own: _Insertion) -> Sequence[_Insertion]:
        """Take what waits; ``own`` was taken before if the group it was in failed."""
        with self._changing:
            group = [own, *(each for each in self._waiting if each is not own)]
            self._waiting.clear()
        return group

    def _withdraw(self, own: _Insertion) -> bool:
        """Take rows back; return whether nobody had taken them."""
        with self._changing:
            if own not in self._waiting:
                return False
            self._waiting.remove(own)
        return True
