"""A bundle: the folder that holds one model, checked against its manifest."""

from pathlib import Path

import msgspec

from windvane.facts import MANIFEST_FILE
from windvane.inference.bundle_files import (
    CONTENT_FILES,
    LANGUAGE_FILE,
    MODEL_FILE,
    OPTIONAL_FILES,
    TOKENIZER_FILE,
    WEIGHTS_FILE,
    FileRecord,
    sha256_of,
)
from windvane.inference.errors import BundleCorruptError, BundleNotFoundError, ManifestError
from windvane.inference.external_data import reads_only
from windvane.inference.manifest import Manifest, read_manifest


class Bundle(msgspec.Struct, frozen=True):
    """A bundle whose files match its manifest.

    Attributes:
        folder: Where they are.
        manifest: What it says.
        unverified: Names of files that have not been compared yet.
    """

    folder: Path
    manifest: Manifest
    unverified: tuple[str, ...] = ()

    @property
    def model_path(self) -> Path:
        """The ONNX graph; its weights are in a file beside it."""
        return self.folder / MODEL_FILE

    @property
    def tokenizer_path(self) -> Path:
        """The tokenizer, in the ``tokenizers`` library's JSON."""
        return self.folder / TOKENIZER_FILE

    @property
    def language_path(self) -> Path | None:
        """The weights of `windvane.inference.language`; None if the bundle has none."""
        return self.folder / LANGUAGE_FILE if LANGUAGE_FILE in self.manifest.files else None

    def verify_rest(self) -> None:
        """Check the files that have not been compared yet; see `verify_file`."""
        for name in self.unverified:
            verify_file(self.folder / name, self.manifest.files[name])


def load_bundle(folder: Path, *, weights_later: bool = False) -> Bundle:
    """Read the manifest and check every file against it.

    Args:
        folder: The bundle.
        weights_later: Leave the file of the weights to `Bundle.verify_rest`.

    Raises:
        BundleNotFoundError: The folder or a file named by the manifest is missing.
        BundleCorruptError: A file's sha256 differs from the manifest's, or the graph reads a file
            that the manifest does not list.
        ManifestError: The manifest cannot be read, or does not list a file that would be opened.
    """
    manifest = read_manifest(folder)
    for name in CONTENT_FILES:
        is_opened = name not in OPTIONAL_FILES or (folder / name).exists()
        if is_opened and name not in manifest.files:
            raise ManifestError(
                f"{folder / MANIFEST_FILE} does not list {name}. Export the bundle again."
            )
    unverified = tuple(name for name in manifest.files if weights_later and name == WEIGHTS_FILE)
    for name, record in manifest.files.items():
        if name not in unverified:
            verify_file(folder / name, record)
    _check_weights(folder, manifest)
    return Bundle(folder, manifest, unverified)


def _check_weights(folder: Path, manifest: Manifest) -> None:
    """Check that the graph reads files only whose sha256 was checked.

    Raises:
        BundleCorruptError: It reads another one, or is no ONNX graph.
    """
    try:
        is_checked = reads_only(folder / MODEL_FILE, manifest.files)
    except ValueError as error:
        raise BundleCorruptError(f"{folder / MODEL_FILE} is not an ONNX graph.") from error
    if not is_checked:
        raise BundleCorruptError(
            f"{folder / MODEL_FILE} reads a file that the manifest does not list, "
            "whose sha256 cannot be checked. Export the bundle again."
        )


def verify_file(path: Path, record: FileRecord) -> None:
    """Check one file against its record.

    Raises:
        BundleNotFoundError: The file is missing.
        BundleCorruptError: Its sha256 differs.
    """
    try:
        digest = sha256_of(path)
    except OSError as error:
        raise BundleNotFoundError(
            f"{path} cannot be read: {error.strerror}. The bundle is incomplete; export it again."
        ) from error
    if digest != record.sha256:
        raise BundleCorruptError(
            f"{path} does not match the sha256 in its manifest. "
            "The file was changed or cut short; fetch or export the bundle again."
        )
