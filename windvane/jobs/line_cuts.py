"""Cuts files of lines behind a line feed: a small window at each target, no pass over the file."""

from collections.abc import Sequence
from concurrent.futures import Executor

from windvane.jobs.errors import JobInputError
from windvane.jobs.storage import Storage, StoredObject

MAX_ROW_BYTES = 10_000_000
"""A longer row is refused where a cut would be; elsewhere it is rejected by itself."""
_WINDOW_BYTES = 2**16
_GROWTH = 8


def cut_lines(
    stored: StoredObject, targets: Sequence[int], storage: Storage, executor: Executor
) -> list[int]:
    """Return where the first line at or behind each target begins.

    Raises:
        JobInputError: A row is longer than `MAX_ROW_BYTES`.
        InputChangedError: The object was changed meanwhile.
        StorageError: It cannot be read.
    """
    cuts = executor.map(lambda target: _cut_line(stored, target, storage), targets)
    return sorted({cut for cut in cuts if cut < stored.size})


def _cut_line(stored: StoredObject, target: int, storage: Storage) -> int:
    start = target - 1  # the line feed before the target makes it a beginning
    window = _WINDOW_BYTES
    while start < stored.size:
        end = min(start + window, stored.size)
        with storage.open_object(stored.name, start, end, etag=stored.etag) as stream:
            found = stream.read(end - start).find(b"\n")
        if found >= 0:
            return start + found + 1
        start = end
        if end - target > MAX_ROW_BYTES:
            raise JobInputError(
                f"{stored.name} has a row of more than {MAX_ROW_BYTES // 1_000_000} MB at byte "
                f"{target:,}. Is it a file of lines?"
            )
        window = min(window * _GROWTH, MAX_ROW_BYTES)
    return stored.size
