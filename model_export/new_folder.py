"""Atomic replacement of a folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """Yield an empty folder that replaces ``target`` when the block ends without an error.

    The folder is created beside ``target``, on the same disk, so that it is renamed, not copied. An
    older folder is moved aside first and deleted last: at every moment one of the two is complete.

    Args:
        target: The folder; its parents are created.
    """
    target = target.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as temporary:
        new, old = Path(temporary) / "new", Path(temporary) / "old"
        new.mkdir()
        yield new
        if target.exists():
            target.rename(old)
        try:
            new.rename(target)
        except OSError:
            if old.exists():
                old.rename(target)
            raise
