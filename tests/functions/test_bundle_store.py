import shutil
from pathlib import Path

import pytest

from functions.bundle_store import BundleUriError, open_bundle
from functions.inference.errors import BundleCorruptError, BundleNotFoundError


def test_open_bundle_reads_a_folder(tiny_bundle: Path) -> None:
    bundle = open_bundle(str(tiny_bundle))

    assert bundle.folder == tiny_bundle
    assert bundle.manifest.labels == ("negative", "neutral", "positive")


@pytest.mark.parametrize("uri", ["s3://bucket/bundles/one/", "https://example.org/bundle"])
def test_open_bundle_says_which_uris_it_reads(uri: str) -> None:
    with pytest.raises(BundleUriError, match="allowed is a folder") as caught:
        open_bundle(uri)

    assert repr(uri) in str(caught.value)


def test_open_bundle_names_the_folder_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(BundleNotFoundError, match="nowhere"):
        open_bundle(str(tmp_path / "nowhere"))


def test_open_bundle_verifies_what_it_reads(tiny_bundle: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(tiny_bundle, copy)
    with (copy / "tokenizer.json").open("a", encoding="utf-8") as file:
        file.write(" ")

    with pytest.raises(BundleCorruptError, match=r"tokenizer\.json"):
        open_bundle(str(copy))
