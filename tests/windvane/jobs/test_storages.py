"""A folder and S3 store objects alike, and so does what stands for them in other tests."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.moto_server import REGION, MotoServer
from tests.windvane.jobs.memory_storage import MemoryStorage
from windvane.jobs.errors import InputChangedError, JobInputError
from windvane.jobs.folder_storage import FolderStorage
from windvane.jobs.object_stream import FIRST_BLOCK_BYTES
from windvane.jobs.s3_storage import S3Storage, split_location
from windvane.jobs.s3_upload import PART_BYTES
from windvane.jobs.storage import Storage


@dataclass(frozen=True)
class Place:
    """A storage, and a location in it that ends with a slash."""

    storage: Storage
    root: str

    def write(self, name: str, content: bytes) -> str:
        with self.storage.open_writer(self.root + name) as stream:
            stream.write(content)
        return self.root + name

    def read(self, name: str, start: int = 0, end: int | None = None) -> bytes:
        with self.storage.open_object(self.root + name, start, end) as stream:
            return stream.read()


def write_and_fail(storage: Storage, name: str, size: int) -> None:
    with storage.open_writer(name) as stream:
        stream.write(bytes(size))
        raise KeyboardInterrupt


@pytest.fixture(params=["folder", "memory", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    if request.param == "folder":
        return Place(FolderStorage(), f"{tmp_path}/")
    if request.param == "memory":
        return Place(MemoryStorage(), "s3://bucket/")
    server: MotoServer = request.getfixturevalue("moto_server")
    for name, value in server.environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    return Place(S3Storage(), f"s3://{server.make_bucket()}/")


def test_objects_are_listed_by_name(place: Place) -> None:
    for name in ("b/2", "a", "b/10", "c/1"):
        place.write(name, name.encode())

    listed = [
        (found.name.removeprefix(place.root), found.size)
        for found in place.storage.list_objects(place.root)
    ]
    below = [found.name for found in place.storage.list_objects(f"{place.root}b/")]
    [single] = place.storage.list_objects(f"{place.root}b/10")

    assert listed == [("a", 1), ("b/10", 4), ("b/2", 3), ("c/1", 3)]
    assert below == [f"{place.root}b/10", f"{place.root}b/2"]
    assert single == next(iter(place.storage.list_objects(f"{place.root}b/")))


def test_objects_are_listed_by_the_start_of_their_names(place: Place) -> None:
    for name in ("re/1", "re", "re-2", "rest/3/4", "r", "other/re"):
        place.write(name if name != "re" else "re.txt", b"a")

    found = [
        stored.name.removeprefix(place.root)
        for stored in place.storage.list_objects(f"{place.root}re", is_prefix=True)
    ]
    single = list(place.storage.list_objects(f"{place.root}re-2", is_prefix=True))
    none = list(place.storage.list_objects(f"{place.root}none", is_prefix=True))

    assert found == ["re-2", "re.txt", "re/1", "rest/3/4"]
    assert single == list(place.storage.list_objects(f"{place.root}re-2"))
    assert none == []


def test_nothing_is_listed_below_a_prefix_without_objects(place: Place) -> None:
    assert list(place.storage.list_objects(f"{place.root}none/")) == []


@pytest.mark.parametrize(
    "read",
    [
        lambda place, name: list(place.storage.list_objects(place.root + name)),
        lambda place, name: place.read(name),
    ],
    ids=["list", "open"],
)
def test_missing_object_is_named(place: Place, read: Callable[[Place, str], object]) -> None:
    with pytest.raises(JobInputError, match="none does not exist"):
        read(place, "none")


def test_range_is_read(place: Place) -> None:
    content = bytes(range(256)) * 20_000  # more than a block
    place.write("a", content)

    assert len(content) > 2 * FIRST_BLOCK_BYTES
    assert place.read("a") == content
    assert place.read("a", 1_000_001, 4_000_003) == content[1_000_001:4_000_003]
    assert place.read("a", 10, 10) == b""
    assert place.read("a", len(content)) == b""


@pytest.mark.parametrize("start", [0, 5, 10, 11])
def test_range_that_ends_behind_the_object_is_of_a_longer_one(place: Place, start: int) -> None:
    place.write("a", b"0123456789")

    with pytest.raises(InputChangedError):
        place.read("a", start, 12)


def test_stream_can_be_sought_in(place: Place) -> None:
    place.write("a", b"0123456789")

    with place.storage.open_object(f"{place.root}a", 2, 8) as stream:
        stream.seek(-2, 2)
        end = stream.read()
        stream.seek(1)
        begin = stream.read(2)

    assert (begin, end) == (b"34", b"67")


def test_empty_object_is_read(place: Place) -> None:
    place.write("a", b"")

    assert place.read("a") == b""


def test_other_content_is_another_object(place: Place) -> None:
    name = place.write("a", b"one")
    [stored] = place.storage.list_objects(name)

    place.write("a", b"other")

    with (
        pytest.raises(InputChangedError, match="was changed"),
        place.storage.open_object(name, 0, 3, etag=stored.etag) as stream,
    ):
        stream.read()


def test_deleted_object_was_there_when_the_job_was_planned(place: Place) -> None:
    with (
        pytest.raises(InputChangedError, match="was deleted"),
        place.storage.open_object(f"{place.root}gone", 0, 3, etag='"some"') as stream,
    ):
        stream.read()


def test_large_object_is_written_whole(place: Place) -> None:
    pieces = [bytes([number]) * 2**20 for number in range(PART_BYTES // 2**20 + 3)]

    with place.storage.open_writer(f"{place.root}large") as stream:
        for piece in pieces:
            stream.write(piece)

    assert place.read("large") == b"".join(pieces)


@pytest.mark.parametrize("size", [10, PART_BYTES + 10], ids=["small", "large"])
def test_object_whose_writing_fails_is_not_there(place: Place, size: int) -> None:
    with pytest.raises(KeyboardInterrupt):
        write_and_fail(place.storage, f"{place.root}a", size)

    assert list(place.storage.list_objects(place.root)) == []


def test_failed_upload_leaves_no_parts(moto_server: MotoServer) -> None:
    bucket = moto_server.make_bucket()
    storage = S3Storage(moto_server.s3)

    with pytest.raises(KeyboardInterrupt):
        write_and_fail(storage, f"s3://{bucket}/a", PART_BYTES + 1)

    assert "Uploads" not in moto_server.s3.list_multipart_uploads(Bucket=bucket)


@pytest.mark.parametrize("location", ["bucket/key", "s3://", "s3:///key", "https://host/key"])
def test_location_in_s3_names_a_bucket(location: str) -> None:
    with pytest.raises(JobInputError, match="s3://bucket/key"):
        split_location(location)


def test_folder_leaves_out_hidden_and_unfinished_files(tmp_path: Path) -> None:
    for name in (".hidden", "a.partial", "a"):
        Path(tmp_path, name).touch()
    Path(tmp_path, ".git").mkdir()
    Path(tmp_path, ".git", "b").touch()

    listed = [found.name for found in FolderStorage().list_objects(str(tmp_path))]

    assert listed == [f"{tmp_path}/a"]
