import shutil
from pathlib import Path

import pytest

from tests.moto_server import MotoServer
from tests.windvane.inference.bundle_faults import flip_last_bit
from windvane.bundle_store import BundleUriError, open_bundle
from windvane.inference.bundle import load_bundle
from windvane.inference.bundle_files import MODEL_FILE, TOKENIZER_FILE
from windvane.inference.errors import BundleCorruptError, BundleNotFoundError


@pytest.fixture
def spoilable_bundle(tiny_bundle: Path, tmp_path: Path) -> Path:
    """A copy of the tiny bundle that a test may spoil."""
    return Path(shutil.copytree(tiny_bundle, tmp_path / "bundle"))


@pytest.fixture
def s3(moto_server: MotoServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MotoServer:
    """Where the environment of this test leads."""
    for name, value in {**moto_server.environ, "TMPDIR": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    return moto_server


def test_open_bundle_reads_a_folder(tiny_bundle: Path) -> None:
    bundle = open_bundle(str(tiny_bundle))

    assert bundle.folder == tiny_bundle
    assert bundle.manifest.labels == ("negative", "neutral", "positive")


@pytest.mark.parametrize("ending", ["/", ""], ids=["slash", "no-slash"])
def test_open_bundle_reads_s3(s3: MotoServer, tiny_bundle: Path, ending: str) -> None:
    uri = s3.upload_folder(tiny_bundle, s3.make_bucket(), "bundles/one")

    bundle = open_bundle(uri.rstrip("/") + ending)

    assert bundle.manifest == load_bundle(tiny_bundle).manifest
    assert bundle.model_path.read_bytes() == (tiny_bundle / MODEL_FILE).read_bytes()


@pytest.mark.parametrize(
    "uri",
    [
        "https://example.org/bundle",
        "s3://bucket",
        "s3://bucket/",
        "s3://",
        "s3:///prefix/",
    ],
)
def test_open_bundle_says_which_uris_it_reads(uri: str) -> None:
    with pytest.raises(BundleUriError, match="allowed is a folder") as caught:
        open_bundle(uri)

    assert repr(uri) in str(caught.value)


def test_open_bundle_names_the_folder_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(BundleNotFoundError, match="nowhere"):
        open_bundle(str(tmp_path / "nowhere"))


def test_open_bundle_verifies_a_folder(spoilable_bundle: Path) -> None:
    with (spoilable_bundle / TOKENIZER_FILE).open("a", encoding="utf-8") as file:
        file.write(" ")

    with pytest.raises(BundleCorruptError, match=TOKENIZER_FILE):
        open_bundle(str(spoilable_bundle))


@pytest.mark.parametrize("name", [MODEL_FILE, TOKENIZER_FILE])
def test_open_bundle_verifies_what_s3_sends(
    s3: MotoServer, spoilable_bundle: Path, name: str
) -> None:
    flip_last_bit(spoilable_bundle / name)
    uri = s3.upload_folder(spoilable_bundle, s3.make_bucket(), "bundles/one")

    with pytest.raises(BundleCorruptError, match=f"{name} does not match the sha256"):
        open_bundle(uri)


def test_open_bundle_opens_again_once_s3_has_the_right_one(
    s3: MotoServer, tiny_bundle: Path, spoilable_bundle: Path
) -> None:
    flip_last_bit(spoilable_bundle / MODEL_FILE)
    bucket = s3.make_bucket()
    uri = s3.upload_folder(spoilable_bundle, bucket, "bundles/one")
    with pytest.raises(BundleCorruptError):
        open_bundle(uri)

    s3.upload_folder(tiny_bundle, bucket, "bundles/one")

    assert open_bundle(uri).manifest.name == "tiny"
