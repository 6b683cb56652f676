"""A folder that is replaced as a whole, or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """Give an empty folder that takes the place of ``target`` when the block ends without error.

    It is made beside ``target``, on the same disk, so that taking its place is a rename. An older
    folder is moved aside first and deleted last: whatever happens, one of the two is there, whole.

    Args:
        target: The folder; its parents are made.
    """
    target = target.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as temporary:
        made, old = Path(temporary) / "new", Path(temporary) / "old"
        made.mkdir()
        yield made
        if target.exists():
            target.rename(old)
        try:
            made.rename(target)
        except OSError:
            if old.exists():
                old.rename(target)
            raise
