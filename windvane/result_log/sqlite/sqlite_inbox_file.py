"""The file of the inbox: threads and processes append bytes, and one of them takes all out.

Somebody may move it, with its database or alone, or delete it, at any time.
"""

import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from windvane.result_log.errors import ResultLogUnavailableError
from windvane.result_log.sqlite.sqlite_database import WROTE_TOO_LONG
from windvane.result_log.sqlite.sqlite_file import read_id, read_state

SUFFIX = "-inbox"
"""Of the file's name, behind the database's."""

MAX_BYTES = 4 * 1024 * 1024
"""So much is there only while SQLite fails, or is slower than those who write, who wait then: ten
thousand short texts, which it takes in a few tenths of a second."""

PAUSE_SECONDS = 0.001


class InboxFile:
    """The file beside a database, opened when it is first needed."""

    def __init__(self, database_path: Path) -> None:
        """Open no file yet."""
        self._database_path = database_path
        self._name = ""
        self._changing = threading.Lock()
        self._descriptor: int | None = None

    def measure(self) -> int:
        """Return the bytes of the file; 0 if there is none."""
        state = read_state(self._find_name())
        return state[2] if state else 0

    def append(self, line: bytes, deadline: float, *, waits_for_room: bool) -> None:
        """Append bytes, or none of them.

        Args:
            line: The bytes.
            deadline: `time.monotonic` by which to give up.
            waits_for_room: Whether somebody is about to take out what is there.

        Raises:
            ResultLogUnavailableError: They cannot be written, or others wrote for too long.
        """
        while not self._try_to_append(line, deadline):
            if not waits_for_room or time.monotonic() >= deadline:
                raise ResultLogUnavailableError("sqlite: too many records wait to be stored")
            time.sleep(PAUSE_SECONDS)

    @contextmanager
    def emptying(self, deadline: float, *, is_named: bool = True) -> Iterator[Callable[[], bytes]]:
        """Give a function that reads all; from then on nobody appends until the block has ended.

        The file is empty at the end of a block that did not raise: behind a commit.

        Args:
            deadline: `time.monotonic` by which to give up.
            is_named: Whether a file that was moved away is of no use.
        """
        with ExitStack() as stack:
            held: list[int] = []

            def read() -> bytes:
                descriptor, size = stack.enter_context(
                    self._hold(fcntl.LOCK_EX, deadline, is_named=is_named)
                )
                held.append(descriptor)
                return os.pread(descriptor, size, 0)

            yield read
            for descriptor in held:
                os.ftruncate(descriptor, 0)

    def remove_empty(self) -> None:
        """Remove the file if it is empty, and was opened here.

        Raises:
            ResultLogUnavailableError: Others held it, or it cannot be removed.
        """
        if self._descriptor is None:
            return
        with self._hold(fcntl.LOCK_EX, time.monotonic()) as (_, size):
            if not size:
                os.unlink(self._name)  # noqa: PTH108 - the name is no Path

    def close(self) -> None:
        """Close the file, if it is open; it is opened again when it is needed."""
        with self._changing:
            self._close()

    def _try_to_append(self, line: bytes, deadline: float) -> bool:
        """Append bytes, or none of them; returns whether there is room."""
        # As `_hold`, whose context manager takes as long as the writing.
        descriptor, size = self._lock(fcntl.LOCK_SH, deadline)
        try:
            written = 0 if size > MAX_BYTES else os.write(descriptor, line)
        except OSError as error:
            raise _to_log_error(error) from error
        finally:
            self._unlock(descriptor)
        if size > MAX_BYTES:
            return False
        if written < len(line) - 1:  # the next line has a line break of its own
            raise ResultLogUnavailableError("sqlite: the disk is full")
        return True

    @contextmanager
    def _hold(
        self, mode: int, deadline: float, *, is_named: bool = True
    ) -> Iterator[tuple[int, int]]:
        """Do what the block does while the file is locked; see `_lock`."""
        descriptor, size = self._lock(mode, deadline, is_named=is_named)
        try:
            yield descriptor, size
        except OSError as error:
            raise _to_log_error(error) from error
        finally:
            self._unlock(descriptor)

    def _lock(self, mode: int, deadline: float, *, is_named: bool = True) -> tuple[int, int]:
        """Keep the other threads out, and other processes as `fcntl.flock` does in this mode.

        Args:
            mode: Of `fcntl.flock`.
            deadline: `time.monotonic` by which to give up.
            is_named: Whether a file that was moved away is of no use.

        Returns:
            A descriptor of the file, which is made if there is none, and its size in bytes.

        Raises:
            ResultLogUnavailableError: Others held it for too long, or it cannot be opened.
        """
        if not self._changing.acquire(timeout=max(deadline - time.monotonic(), 0)):
            raise ResultLogUnavailableError(WROTE_TOO_LONG)
        try:
            while True:
                if self._descriptor is None:
                    self._name = self._find_name()
                    self._descriptor = _open(self._name)
                _lock_in_time(self._descriptor, mode, deadline)
                state = os.fstat(self._descriptor)
                if not is_named or read_id(self._name) == (state.st_dev, state.st_ino):
                    return self._descriptor, state.st_size
                self._close()  # another process has removed it
        except OSError as error:
            self._changing.release()
            raise _to_log_error(error) from error
        except ResultLogUnavailableError:
            self._changing.release()
            raise

    def _unlock(self, descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_UN)
        except OSError:
            self._close()  # which unlocks it too
        finally:
            self._changing.release()

    def _close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _find_name(self) -> str:
        """Find the place beside the database itself, where SQLite has its write-ahead log too."""
        return f"{os.path.realpath(self._database_path)}{SUFFIX}"


def _open(name: str) -> int:
    """Open the file, which is made if there is none: as readable as the database, as SQLite's."""
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW
    descriptor = os.open(name, flags, 0o600)
    with suppress(OSError):  # it is somebody else's
        database = os.stat(name.removesuffix(SUFFIX))  # noqa: PTH116 - the name is no Path
        if os.fstat(descriptor).st_uid == os.geteuid():
            os.fchmod(descriptor, database.st_mode & 0o666)
        if os.geteuid() == 0:
            os.fchown(descriptor, database.st_uid, database.st_gid)
    return descriptor


def _lock_in_time(descriptor: int, mode: int, deadline: float) -> None:
    """Lock a file as soon as no other process has it.

    Raises:
        ResultLogUnavailableError: The deadline passed.
    """
    while True:
        try:
            fcntl.flock(descriptor, mode | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() >= deadline:
                raise ResultLogUnavailableError(WROTE_TOO_LONG) from error
            time.sleep(PAUSE_SECONDS)
        else:
            return


def _to_log_error(error: OSError) -> ResultLogUnavailableError:
    return ResultLogUnavailableError(f"sqlite: {error.strerror}")
