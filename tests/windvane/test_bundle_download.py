"""Bundles from S3: from moto where it answers well, from a fake where it does not."""

import errno
import fcntl
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import FileIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.moto_server import MotoServer
from tests.windvane.aws.fake_aws import (
    Act,
    FakeAws,
    cut_after,
    drip,
    hang,
    hang_up,
    refuse_in_xml,
    serve_folder,
    stop_after,
)
from tests.windvane.inference.bundle_faults import (
    cut_short,
    edit_manifest,
    flip_last_bit,
    read_file_records,
)
from windvane.aws.connection import AwsConnection
from windvane.bundle_download import (
    CONNECTIONS,
    LEFTOVER_SECONDS,
    PART_BYTES,
    BundleUnreachableError,
    download_bundle,
    read_sizes,
    split_parts,
)
from windvane.facts import MANIFEST_FILE
from windvane.inference.bundle_files import MODEL_FILE, TOKENIZER_FILE, WEIGHTS_FILE
from windvane.inference.errors import (
    BundleCorruptError,
    BundleError,
    BundleNotFoundError,
    ManifestError,
)

StartAws = Callable[..., FakeAws]
StartS3 = Callable[..., dict[str, str]]
URI = "s3://models/bundles/one/"
KEYS = {"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret-xyzzy"}
SMALL_PART_BYTES = 100
PLENTY = 20.0
SHORT = 0.2
SLACK = 0.3
CONTENT = b"x" * 1000


@pytest.fixture(autouse=True)
def temp_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files that is this test's own."""
    folder = tmp_path / "temp"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fetch even a tiny bundle in several parts."""
    monkeypatch.setattr("windvane.bundle_download.PART_BYTES", SMALL_PART_BYTES)


@pytest.fixture
def bundle(tiny_bundle: Path, tmp_path: Path) -> Path:
    """A copy of the tiny bundle that a test may spoil before it is uploaded."""
    return Path(shutil.copytree(tiny_bundle, tmp_path / "bundle"))


@pytest.fixture
def start_s3(start_aws: StartAws, bundle: Path) -> StartS3:
    """Serve the bundle, with faults by file name; gives the environment that leads there."""

    def start(**faults: Act) -> dict[str, str]:
        by_name = {name.replace("_", "."): act for name, act in faults.items()}
        return _environ(start_aws(serve_folder(bundle, by_name)))

    return start


def _environ(aws: FakeAws) -> dict[str, str]:
    return {**KEYS, "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": aws.url}


def _upload(moto_server: MotoServer, bundle: Path) -> str:
    return moto_server.upload_folder(bundle, moto_server.make_bucket(), "bundles/one")


def _download_in_another_process(environ: dict[str, str]) -> Path:
    code = (
        "import os; from windvane.bundle_download import download_bundle;"
        f"print(download_bundle({URI!r}, os.environ, seconds={PLENTY}))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **environ},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return Path(run.stdout.strip())


def _read_files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.usefixtures("small_parts")
def test_download_brings_every_file_as_it_is(moto_server: MotoServer, bundle: Path) -> None:
    folder = download_bundle(_upload(moto_server, bundle), moto_server.environ, seconds=PLENTY)

    assert _read_files(folder) == _read_files(bundle)


@pytest.mark.usefixtures("small_parts")
def test_download_asks_for_each_part_once_over_several_connections(
    start_aws: StartAws, bundle: Path
) -> None:
    aws = start_aws(serve_folder(bundle))

    download_bundle(URI, _environ(aws), seconds=PLENTY)

    manifest, *parts = aws.asked
    sizes = {name: (bundle / name).stat().st_size for name in (MODEL_FILE, TOKENIZER_FILE)}
    expected = {
        (f"/models/bundles/one/{part.name}", f"bytes={part.start}-{part.end - 1}")
        for part in split_parts(sizes)
    }
    asked = [(part.path, part.headers["range"]) for part in parts]
    assert manifest.path == f"/models/bundles/one/{MANIFEST_FILE}"
    assert len(asked) == len(expected) > CONNECTIONS
    assert set(asked) == expected
    assert 1 < len({part.client for part in parts}) <= CONNECTIONS


def test_download_brings_a_file_that_is_empty(start_aws: StartAws, bundle: Path) -> None:
    (bundle / "model.onnx.data").touch()
    files = read_file_records(bundle) | {"model.onnx.data": {"sha256": "", "bytes": 0}}
    edit_manifest(bundle, files=files)

    folder = download_bundle(URI, _environ(start_aws(serve_folder(bundle))), seconds=PLENTY)

    assert _read_files(folder) == _read_files(bundle)


def test_download_says_that_there_is_no_such_bundle(moto_server: MotoServer) -> None:
    uri = f"s3://{moto_server.make_bucket()}/bundles/none/"

    with pytest.raises(BundleNotFoundError) as caught:
        download_bundle(uri, moto_server.environ, seconds=PLENTY)

    assert str(caught.value) == f"{uri} is not in S3 (s3 answered 404 NoSuchKey)."


def test_download_says_that_there_is_no_such_bucket(moto_server: MotoServer) -> None:
    with pytest.raises(BundleNotFoundError, match="NoSuchBucket"):
        download_bundle("s3://no-such-bucket/bundles/one/", moto_server.environ, seconds=PLENTY)


def test_download_says_that_a_file_is_missing(moto_server: MotoServer, bundle: Path) -> None:
    (bundle / MODEL_FILE).unlink()
    uri = _upload(moto_server, bundle)

    with pytest.raises(BundleNotFoundError, match="NoSuchKey"):
        download_bundle(uri, moto_server.environ, seconds=PLENTY)


@pytest.mark.parametrize("fault", ["manifest_json", "model_onnx"])
def test_download_says_that_s3_refused(start_s3: StartS3, fault: str) -> None:
    environ = start_s3(**{fault: refuse_in_xml("AccessDenied", 403)})

    with pytest.raises(BundleUnreachableError) as caught:
        download_bundle(URI, environ, seconds=PLENTY)

    assert str(caught.value) == (
        f"{URI} cannot be fetched: s3 answered 403 AccessDenied. "
        "Is it there, and may this role read it?"
    )


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("kept", [0, 1, 50, 100, 150])
def test_download_says_that_an_object_is_shorter_than_its_manifest_says(
    moto_server: MotoServer, bundle: Path, kept: int
) -> None:
    content = (bundle / MODEL_FILE).read_bytes()[:kept]
    (bundle / MODEL_FILE).write_bytes(content)
    uri = _upload(moto_server, bundle)

    with pytest.raises(BundleCorruptError, match=rf"{MODEL_FILE} in S3 is shorter"):
        download_bundle(uri, moto_server.environ, seconds=PLENTY)


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize(
    "fault", [refuse_in_xml("InvalidRange", 416), hang], ids=["refuses", "hangs"]
)
def test_download_closes_no_connection_that_another_thread_may_use(
    start_s3: StartS3, monkeypatch: pytest.MonkeyPatch, fault: Act
) -> None:
    environ = start_s3(model_onnx=fault)
    close = AwsConnection.close
    workers_at_close: list[int] = []

    def close_and_note(connection: AwsConnection) -> None:
        names = [thread.name for thread in threading.enumerate()]
        if "bundle" not in threading.current_thread().name:
            workers_at_close.append(sum("bundle" in name for name in names))
        close(connection)

    monkeypatch.setattr(AwsConnection, "close", close_and_note)

    with pytest.raises(BundleError):
        download_bundle(URI, environ, seconds=SHORT)

    assert set(workers_at_close) == {0}


def test_download_says_that_the_manifest_is_none(moto_server: MotoServer, bundle: Path) -> None:
    cut_short(bundle / MANIFEST_FILE)
    uri = _upload(moto_server, bundle)

    with pytest.raises(ManifestError):
        download_bundle(uri, moto_server.environ, seconds=PLENTY)


def test_download_writes_no_file_outside_its_folder(
    start_aws: StartAws, bundle: Path, temp_folder: Path
) -> None:
    edit_manifest(bundle, files={"../../escaped": {"sha256": "", "bytes": 1}})

    with pytest.raises(ManifestError, match="no plain file name"):
        download_bundle(URI, _environ(start_aws(serve_folder(bundle))), seconds=PLENTY)

    assert [path.name for path in temp_folder.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("size", [-1, 2**60], ids=["negative", "too-large"])
def test_download_refuses_a_file_that_no_disk_holds(
    start_aws: StartAws, bundle: Path, size: int
) -> None:
    edit_manifest(bundle, files={MODEL_FILE: {"sha256": "", "bytes": size}})

    with pytest.raises(BundleError):
        download_bundle(URI, _environ(start_aws(serve_folder(bundle))), seconds=PLENTY)


@pytest.mark.parametrize(
    ("fault", "act"),
    [
        ("manifest_json", hang_up),
        ("model_onnx", hang_up),
        ("manifest_json", cut_after(CONTENT, 10)),
        ("model_onnx", cut_after(CONTENT, 10)),
    ],
    ids=["no-manifest", "no-part", "part-of-manifest", "part-of-part"],
)
def test_download_says_that_the_connection_broke(
    start_s3: StartS3, bundle: Path, fault: str, act: Act
) -> None:
    edit_manifest(bundle, files={MODEL_FILE: {"sha256": "", "bytes": len(CONTENT)}})

    with pytest.raises(BundleUnreachableError, match="cannot be fetched: s3 "):
        download_bundle(URI, start_s3(**{fault: act}), seconds=PLENTY)


@pytest.mark.parametrize(
    ("fault", "act"),
    [
        ("manifest_json", hang),
        ("manifest_json", stop_after(CONTENT, 10)),
        ("manifest_json", drip(CONTENT)),
        ("manifest_json", drip(CONTENT, pause=0.008, from_first_byte=True)),
        ("model_onnx", hang),
        ("model_onnx", stop_after(CONTENT, 10)),
        ("model_onnx", drip(CONTENT)),
        ("model_onnx", drip(CONTENT, pause=0.008, from_first_byte=True)),
    ],
    ids=[
        f"{fault}-{how}"
        for fault in ("manifest", "part")
        for how in ("hangs", "stops", "drips", "drips-from-its-headers-on")
    ],
)
def test_download_ends_in_time_where_s3_is_slow(
    start_s3: StartS3, bundle: Path, fault: str, act: Act
) -> None:
    edit_manifest(bundle, files={MODEL_FILE: {"sha256": "", "bytes": len(CONTENT)}})
    environ = start_s3(**{fault: act})
    started = time.monotonic()

    with pytest.raises(BundleUnreachableError):
        download_bundle(URI, environ, seconds=SHORT)

    assert SHORT * 0.9 <= time.monotonic() - started < SHORT + SLACK


def test_download_says_how_long_it_waited(start_s3: StartS3, bundle: Path) -> None:
    edit_manifest(bundle, files={MODEL_FILE: {"sha256": "", "bytes": len(CONTENT)}})

    with pytest.raises(BundleUnreachableError) as caught:
        download_bundle(URI, start_s3(model_onnx=drip(CONTENT)), seconds=SHORT)

    assert str(caught.value) == f"{URI} cannot be fetched: s3 took longer than 0.2 s."


def test_download_says_in_one_sentence_that_the_region_is_not_set() -> None:
    with pytest.raises(BundleUnreachableError) as caught:
        download_bundle(URI, KEYS, seconds=PLENTY)

    assert "AWS_REGION" in str(caught.value)
    assert not str(caught.value).endswith("..")


def test_download_again_brings_only_what_is_not_there_and_right(
    start_aws: StartAws, bundle: Path
) -> None:
    aws = start_aws(serve_folder(bundle))
    folder = download_bundle(URI, _environ(aws), seconds=PLENTY)
    damaged = folder / TOKENIZER_FILE
    flip_last_bit(damaged)
    with damaged.open("rb") as opened:
        before = damaged.read_bytes()
        asked = len(aws.asked)

        assert download_bundle(URI, _environ(aws), seconds=PLENTY) == folder

        assert opened.read() == before
    names = [Path(each.path).name for each in aws.asked[asked:]]
    assert names == [MANIFEST_FILE, TOKENIZER_FILE]
    assert _read_files(folder) == _read_files(bundle)


def test_download_does_not_replace_what_is_right_by_what_is_being_uploaded(
    start_aws: StartAws, bundle: Path, tmp_path: Path
) -> None:
    """The files of the next bundle are there before its manifest is."""
    whole = Path(shutil.copytree(bundle, tmp_path / "whole"))
    folder = download_bundle(URI, _environ(start_aws(serve_folder(bundle))), seconds=PLENTY)
    flip_last_bit(bundle / MODEL_FILE)

    download_bundle(URI, _environ(start_aws(serve_folder(bundle))), seconds=PLENTY)

    assert _read_files(folder) == _read_files(whole)


def test_download_leaves_nothing_of_what_was_at_the_uri_before(
    start_aws: StartAws, bundle: Path, tmp_path: Path
) -> None:
    with_weights = Path(shutil.copytree(bundle, tmp_path / "with-weights"))
    (with_weights / WEIGHTS_FILE).write_bytes(CONTENT)
    files = read_file_records(bundle) | {WEIGHTS_FILE: {"sha256": "", "bytes": len(CONTENT)}}
    edit_manifest(with_weights, files=files)
    for folder in (with_weights, bundle):
        made = download_bundle(URI, _environ(start_aws(serve_folder(folder))), seconds=PLENTY)

    assert _read_files(made) == _read_files(bundle)


def test_download_leaves_the_files_of_an_earlier_one_as_they_are(
    start_aws: StartAws, bundle: Path, tmp_path: Path
) -> None:
    """Another process checks them, and then opens them."""
    earlier = download_bundle(URI, _environ(start_aws(serve_folder(bundle))), seconds=PLENTY)
    other = Path(shutil.copytree(bundle, tmp_path / "other"))
    edit_manifest(other, temperature=2.0)

    later = download_bundle(URI, _environ(start_aws(serve_folder(other))), seconds=PLENTY)

    assert _read_files(earlier) == _read_files(bundle)
    assert _read_files(later) == _read_files(other)


def test_download_removes_what_nobody_waits_for_any_more(
    start_aws: StartAws, bundle: Path, tmp_path: Path
) -> None:
    other = Path(shutil.copytree(bundle, tmp_path / "other"))
    edit_manifest(other, temperature=2.0)
    environ = _environ(start_aws(serve_folder(bundle)))
    earlier = _download_in_another_process(_environ(start_aws(serve_folder(other))))
    folder = download_bundle(URI, environ, seconds=PLENTY)
    left, running = folder / f"{MODEL_FILE}.1-ab", folder / f"{MODEL_FILE}.2-cd"
    of_older_windvane = folder.parent / MODEL_FILE
    for path in (left, running, of_older_windvane):
        path.touch()
    long_ago = time.time() - LEFTOVER_SECONDS - 1
    for path in (left, earlier, of_older_windvane, folder):
        os.utime(path, (long_ago, long_ago))

    assert download_bundle(URI, environ, seconds=PLENTY) == folder

    assert not left.exists()
    assert not earlier.exists()
    assert not of_older_windvane.exists()
    running.unlink()
    assert _read_files(folder) == _read_files(bundle)


def test_download_leaves_the_folder_that_a_process_still_uses(
    start_aws: StartAws, bundle: Path, tmp_path: Path
) -> None:
    """A long training copies files of its bundle at its end."""
    other = Path(shutil.copytree(bundle, tmp_path / "other"))
    edit_manifest(other, temperature=2.0)
    earlier = download_bundle(URI, _environ(start_aws(serve_folder(bundle))), seconds=PLENTY)
    long_ago = time.time() - LEFTOVER_SECONDS - 1
    os.utime(earlier, (long_ago, long_ago))

    _download_in_another_process(_environ(start_aws(serve_folder(other))))

    assert _read_files(earlier) == _read_files(bundle)


def test_download_needs_no_locks_of_the_file_system(
    start_aws: StartAws, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)

    made = download_bundle(URI, _environ(start_aws(serve_folder(bundle))), seconds=PLENTY)

    assert _read_files(made) == _read_files(bundle)


@pytest.mark.usefixtures("small_parts")
def test_downloads_at_once_to_one_folder_do_not_harm_each_other(
    start_aws: StartAws, bundle: Path
) -> None:
    """As by processes of the same id, in containers that share a folder."""
    environ = _environ(start_aws(serve_folder(bundle)))
    folder = download_bundle(URI, environ, seconds=PLENTY)
    whole = (bundle / MANIFEST_FILE).read_bytes()
    (folder / MODEL_FILE).unlink()

    with ThreadPoolExecutor(4) as pool:
        downloads = [pool.submit(download_bundle, URI, environ, seconds=PLENTY) for _ in range(12)]
        while not all(download.done() for download in downloads):
            assert (folder / MANIFEST_FILE).read_bytes() == whole
        assert {download.result() for download in downloads} == {folder}

    assert _read_files(folder) == _read_files(bundle)


class FullDisk(FileIO):
    """Takes the first byte of what is written."""

    def write(self, content: Any, /) -> int:
        return super().write(memoryview(content)[:1])


class BrokenDisk(FileIO):
    """Fails."""

    def write(self, content: Any, /) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("disk", [FullDisk, BrokenDisk])
def test_download_says_that_the_disk_is_full_and_leaves_no_part(
    start_s3: StartS3, temp_folder: Path, monkeypatch: pytest.MonkeyPatch, disk: type[FileIO]
) -> None:
    environ = start_s3()
    open_file = Path.open

    def open_on_disk(path: Path, mode: str = "r", **options: Any) -> Any:
        return disk(path, mode) if mode == "r+b" else open_file(path, mode, **options)

    monkeypatch.setattr(Path, "open", open_on_disk)
    with pytest.raises(BundleUnreachableError, match=r"cannot be kept here: .* No space left"):
        download_bundle(URI, environ, seconds=PLENTY)

    assert [path for path in temp_folder.rglob("*") if path.is_file()] == []


def test_download_keeps_its_folder_from_other_users(
    moto_server: MotoServer, bundle: Path, temp_folder: Path
) -> None:
    download_bundle(_upload(moto_server, bundle), moto_server.environ, seconds=PLENTY)

    [parent] = temp_folder.iterdir()
    assert parent.stat().st_mode & 0o777 == 0o700


def test_download_refuses_a_folder_of_another_user(
    start_s3: StartS3, temp_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = os.getuid() + 1
    monkeypatch.setattr(os, "getuid", lambda: nobody)
    (temp_folder / f"windvane-bundles-{nobody}").mkdir()

    with pytest.raises(BundleUnreachableError, match="belongs to another user"):
        download_bundle(URI, start_s3(), seconds=PLENTY)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can act as another user")
def test_download_refuses_a_folder_that_another_user_linked_here(
    start_s3: StartS3, temp_folder: Path, tmp_path: Path
) -> None:
    link = temp_folder / f"windvane-bundles-{os.getuid()}"
    link.symlink_to(tmp_path)
    os.lchown(link, 1, 1)

    with pytest.raises(BundleUnreachableError):
        download_bundle(URI, start_s3(), seconds=PLENTY)


def test_download_refuses_a_file_where_its_folder_should_be(
    start_s3: StartS3, temp_folder: Path
) -> None:
    (temp_folder / f"windvane-bundles-{os.getuid()}").touch()

    with pytest.raises(BundleUnreachableError):
        download_bundle(URI, start_s3(), seconds=PLENTY)


@given(sizes=st.dictionaries(st.text(min_size=1), st.integers(0, 5 * PART_BYTES), max_size=4))
def test_split_parts_covers_every_byte_once(sizes: dict[str, int]) -> None:
    parts = list(split_parts(sizes))

    ends = dict.fromkeys(sizes, 0)
    for part in parts:
        assert part.start == ends[part.name]
        assert part.start < part.end <= part.start + PART_BYTES
        ends[part.name] = part.end
    assert ends == sizes


def test_split_parts_begins_with_the_largest_file() -> None:
    parts = split_parts({"small": 1, "large": 2 * PART_BYTES, "medium": 2})

    assert [part.name for part in parts] == ["large", "large", "medium", "small"]


@pytest.mark.parametrize("size", ["1e400", "-1", "1e30", "null", "[]", "9" * 5000, '"x"'])
def test_read_sizes_refuses_a_size_that_is_none(size: str) -> None:
    manifest = f'{{"files": {{"model.onnx": {{"sha256": "aa", "bytes": {size}}}}}}}'

    with pytest.raises(ManifestError, match="The manifest in S3 cannot be read: "):
        read_sizes(manifest.encode())


def test_read_sizes_refuses_a_manifest_that_is_nested_too_deeply() -> None:
    with pytest.raises(ManifestError, match="The manifest in S3 cannot be read: "):
        read_sizes(b'{"files": ' + b"[" * 100_000)
