"""The path in the URI of a SQLite log."""

from pathlib import Path

from windvane.result_log.errors import ResultLogUriError

PREFIX = "sqlite:///"
ELSEWHERE = "use sqlite:///path for a file, or none: to record nothing"


def to_sqlite_path(uri: str) -> Path | None:
    """Return the path of a SQLite log, with the home folder for ``~``.

    Returns:
        None for another kind of log.

    Raises:
        ResultLogUriError: It names no file: a database in memory, options, or an unknown home.
    """
    if not uri.startswith(PREFIX) or uri == PREFIX:
        return None
    name = uri.removeprefix(PREFIX)
    if ":memory:" in name:
        raise ResultLogUriError(
            f"{uri!r} names a database in memory, which would be empty at each start; {ELSEWHERE}."
        )
    if name.startswith("file:") or "?" in name:
        raise ResultLogUriError(f"{uri!r} has options, which are not read; {ELSEWHERE}.")
    try:
        return Path(name).expanduser()
    except RuntimeError as error:
        raise ResultLogUriError(f"{uri!r} names an unknown home folder; {ELSEWHERE}.") from error
