"""Downloads a bundle from S3, in parallel parts."""

import errno
import fcntl
import hashlib
import json
import os
import threading
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from io import FileIO
from pathlib import Path
from typing import NamedTuple

from windvane.aws.connection import AwsConnection
from windvane.aws.credentials import CredentialSource
from windvane.aws.endpoints import find_bucket
from windvane.aws.errors import AwsError, AwsRefusalError, AwsUnreachableError
from windvane.aws.http_response import HttpError, HttpResponse
from windvane.facts import MANIFEST_FILE
from windvane.inference.bundle_files import (
    MAX_MANIFEST_BYTES,
    FileRecord,
    read_file_records,
    sha256_of,
)
from windvane.inference.errors import (
    BundleCorruptError,
    BundleError,
    BundleNotFoundError,
    ManifestError,
)

PART_BYTES = 8 * 1024 * 1024
"""One connection to S3 reaches 80 to 100 MB/s; the guide recommends parts of this size:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance-design-patterns.html"""

BUFFER_BYTES = 256 * 1024
CONNECTIONS = 4
LEFTOVER_SECONDS = 3600.0
"""What nobody has written for so long, no start still waits for."""

_in_use: dict[Path, int] = {}
"""Open descriptors of the folders that this process has downloaded to, each with a shared lock."""

_changing = threading.Lock()

RETRY_PAUSES_SECONDS = (0.1, 0.3, 0.9)
NOT_FOUND = 404
RANGE_NOT_SATISFIABLE = 416
SERVER_ERROR = 500


class BundleUnreachableError(BundleError):
    """S3 did not return the bundle, or not in time."""


class Part(NamedTuple):
    """Bytes ``start`` to ``end`` (exclusive) of one file of a bundle."""

    name: str
    start: int
    end: int


def download_bundle(bundle_uri: str, environ: Mapping[str, str], *, seconds: float) -> Path:
    """Download a bundle, without verifying it.

    Args:
        bundle_uri: ``s3://bucket/prefix/``.
        environ: Region, credentials and endpoint, in the variables that every AWS SDK reads.
        seconds: Time limit.

    Returns:
        The folder that holds its files.

    Raises:
        BundleCorruptError: A file is shorter than its manifest says.
        BundleNotFoundError: S3 has no such bundle.
        BundleUnreachableError: S3 refused, or was too slow.
        ManifestError: Its manifest cannot be read.
    """
    try:
        return _Download(bundle_uri, environ, _make_folder(bundle_uri)).run(seconds)
    except AwsRefusalError as error:
        if error.status == NOT_FOUND:
            raise BundleNotFoundError(f"{bundle_uri} is not in S3 ({error}).") from error
        raise BundleUnreachableError(
            f"{bundle_uri} cannot be fetched: {error}. Is it there, and may this role read it?"
        ) from error
    except AwsError as error:
        raise BundleUnreachableError(
            f"{bundle_uri} cannot be fetched: {str(error).rstrip('.')}."
        ) from error
    except (OSError, ValueError) as error:
        raise BundleUnreachableError(f"{bundle_uri} cannot be kept here: {error}.") from error


class _Download:
    """The download of one bundle, with one connection per thread."""

    def __init__(self, bundle_uri: str, environ: Mapping[str, str], folder: Path) -> None:
        bucket, _, prefix = bundle_uri.removeprefix("s3://").partition("/")
        self._endpoint = find_bucket(bucket, environ)
        self._prefix = f"/{prefix.strip('/')}"
        self._folder = folder
        self._credentials = CredentialSource(environ)
        self._local = threading.local()
        self._connections: list[AwsConnection] = []

    def run(self, seconds: float) -> Path:
        deadline = time.monotonic() + seconds
        timer = threading.Timer(seconds, self._cut)  # reads of a response's body have no deadline
        timer.daemon = True
        timer.start()
        try:
            return self._fetch_all(deadline)
        except (AwsUnreachableError, BundleCorruptError, ManifestError) as error:
            if time.monotonic() >= deadline:
                raise AwsUnreachableError(f"s3 took longer than {seconds:g} s") from error
            raise
        finally:
            timer.cancel()
            timer.join()
            for connection in self._connections:
                connection.close()

    def _fetch_all(self, deadline: float) -> Path:
        """Download every file under a temporary name, then rename all of them.

        Another process may be reading the same bundle, or downloading it to the same folder, so
        each file must be complete at any time. What comes to the URI later has another folder, and
        files that are there and right stay: they are opened after they are checked.
        """
        manifest = self._fetch_manifest(deadline)
        records = _read_records(manifest)
        folder = self._folder / hashlib.sha256(manifest).hexdigest()[:16]
        _occupy(folder)
        sizes = {
            name: record.bytes
            for name, record in records.items()
            if not _is_there(folder / name, record)
        }
        suffix = f"{os.getpid()}-{os.urandom(4).hex()}"  # containers can share a folder, not ids
        unfinished = {name: folder / f"{name}.{suffix}" for name in [*sizes, MANIFEST_FILE]}
        try:
            for name, size in sizes.items():
                with unfinished[name].open("wb") as file:
                    file.truncate(size)
            self._fetch_parts(split_parts(sizes), unfinished, deadline)
            unfinished[MANIFEST_FILE].write_bytes(manifest)
            for name, path in unfinished.items():
                if name == MANIFEST_FILE or not _is_there(folder / name, records[name]):
                    path.replace(folder / name)
        finally:
            for path in unfinished.values():
                path.unlink(missing_ok=True)
        self._remove_leftovers(folder, {*records, MANIFEST_FILE})
        return folder

    def _remove_leftovers(self, folder: Path, names: Collection[str]) -> None:
        """Remove what was at the URI before, and what downloads that were killed have left.

        A folder in use stays: a long training copies files of its bundle at its end.
        """
        long_ago = time.time() - LEFTOVER_SECONDS
        parts = (path for path in folder.iterdir() if path.name not in names)
        others = (path for path in self._folder.iterdir() if path != folder)
        for path in [*parts, *others]:
            with suppress(OSError):  # in use, or another process is at it
                if path.stat().st_mtime < long_ago:
                    _remove(path)

    def _fetch_parts(
        self, parts: Iterable[Part], files: Mapping[str, Path], deadline: float
    ) -> None:
        with ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="bundle") as pool:
            fetching = [
                pool.submit(self._fetch_part, part, files[part.name], deadline) for part in parts
            ]
            try:
                for part in as_completed(fetching):
                    part.result()
            except Exception:
                pool.shutdown(wait=False, cancel_futures=True)
                self._cut()
                raise

    def _cut(self) -> None:
        """End what the other threads are reading; a connection is closed by its thread alone."""
        for connection in list(self._connections):
            connection.cut()

    def _fetch_manifest(self, deadline: float) -> bytes:
        with self._send(MANIFEST_FILE, {}, deadline) as response:
            return _read(response, MAX_MANIFEST_BYTES)

    def _fetch_part(self, part: Part, path: Path, deadline: float) -> None:
        byte_range = {"range": f"bytes={part.start}-{part.end - 1}"}
        try:
            response = self._send(part.name, byte_range, deadline)
        except AwsRefusalError as error:
            if error.status == RANGE_NOT_SATISFIABLE:
                raise _too_short(part) from error
            raise
        with response, path.open("r+b", buffering=0) as file:
            file.seek(part.start)
            _copy(response, file, part)

    def _send(self, name: str, headers: dict[str, str], deadline: float) -> HttpResponse:
        """Request a file, with retries if S3 fails."""
        for pause in RETRY_PAUSES_SECONDS:
            try:
                return self._send_once(name, headers, deadline)
            except AwsRefusalError as error:
                if error.status < SERVER_ERROR or time.monotonic() + pause >= deadline:
                    raise
            time.sleep(pause)
        return self._send_once(name, headers, deadline)

    def _send_once(self, name: str, headers: dict[str, str], deadline: float) -> HttpResponse:
        if not hasattr(self._local, "connection"):
            self._local.connection = AwsConnection(self._endpoint, self._credentials)
            self._connections.append(self._local.connection)
        connection: AwsConnection = self._local.connection
        return connection.send("GET", f"{self._prefix}/{name}", headers, deadline=deadline)


def read_sizes(manifest: bytes) -> dict[str, int]:
    """Read the files to fetch; `load_bundle` checks the rest of the manifest.

    Returns:
        Bytes by name of file.

    Raises:
        ManifestError: The manifest does not list its files, or a record breaks a rule.
    """
    return {name: record.bytes for name, record in _read_records(manifest).items()}


def _read_records(manifest: bytes) -> dict[str, FileRecord]:
    try:
        return read_file_records(json.loads(manifest))
    except (RecursionError, ValueError) as error:
        raise ManifestError(f"The manifest in S3 cannot be read: {error}.") from error


def _is_there(path: Path, record: FileRecord) -> bool:
    """Whether a file has been downloaded before, and has not changed since."""
    try:
        return path.stat().st_size == record.bytes and sha256_of(path) == record.sha256
    except OSError:
        return False


def split_parts(sizes: Mapping[str, int]) -> Iterator[Part]:
    """Split files into parts, those of the largest file first."""
    for name, size in sorted(sizes.items(), key=lambda item: -item[1]):
        for start in range(0, size, PART_BYTES):
            yield Part(name, start, min(start + PART_BYTES, size))


def _make_folder(bundle_uri: str) -> Path:
    """Create the folder of this user and URI; files that another process has open stay valid."""
    name = hashlib.sha256(bundle_uri.encode()).hexdigest()[:16]
    # importing tempfile would add 5 ms to a cold start
    parent = Path(os.environ.get("TMPDIR", "/tmp")) / f"windvane-bundles-{os.getuid()}"  # noqa: S108
    parent.mkdir(mode=0o700, exist_ok=True)
    if parent.lstat().st_uid != os.getuid():
        raise BundleUnreachableError(f"{parent} belongs to another user; remove it.")
    folder = parent / name
    folder.mkdir(exist_ok=True)
    return folder


def _occupy(folder: Path) -> None:
    """Create a folder, and keep other processes from removing it until this one ends."""
    while True:
        folder.mkdir(exist_ok=True)
        with suppress(FileNotFoundError):  # another process has just removed it
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            with suppress(OSError):  # a file system without locks
                fcntl.flock(descriptor, fcntl.LOCK_SH)
            if os.fstat(descriptor).st_nlink:
                break
            os.close(descriptor)
    with _changing:
        earlier = _in_use.get(folder)
        _in_use[folder] = descriptor
    if earlier is not None:
        os.close(earlier)


def _remove(path: Path) -> None:
    if path.is_dir():
        _remove_folder(path)
    else:
        path.unlink()


def _remove_folder(folder: Path) -> None:
    """Remove a folder of files, unless a process uses it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for file in folder.iterdir():  # importing shutil would add to a cold start
            file.unlink()
        folder.rmdir()
    finally:
        os.close(descriptor)


def _read(response: HttpResponse, limit: int) -> bytes:
    try:
        content = response.read(limit)
    except (OSError, HttpError) as error:
        raise AwsUnreachableError(f"s3 stopped sending: {error!r}") from error
    if response.length != 0:
        raise AwsUnreachableError("s3 stopped sending early")
    return content


def _too_short(part: Part) -> BundleCorruptError:
    return BundleCorruptError(f"{part.name} in S3 is shorter than its manifest says.")


def _copy(response: HttpResponse, file: FileIO, part: Part) -> None:
    size = part.end - part.start
    if response.length is None:
        raise AwsUnreachableError("s3 stopped sending early")
    if response.length != size:
        raise _too_short(part)
    buffer = memoryview(bytearray(min(size, BUFFER_BYTES)))
    while received := _read_into(response, buffer):
        if file.write(buffer[:received]) != received:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        size -= received
    if size:
        raise AwsUnreachableError(f"s3 stopped sending {size} bytes early")


def _read_into(response: HttpResponse, buffer: memoryview) -> int:
    try:
        return response.readinto(buffer)
    except (OSError, HttpError) as error:
        raise AwsUnreachableError(f"s3 stopped sending: {error!r}") from error
