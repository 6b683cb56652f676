"""The peers' model folders: made once from the checkpoint, cached in ``benchmarks/build``."""

from collections.abc import Iterable
from pathlib import Path

from benchmarks.command_line import Progress
from benchmarks.paths import ROOT, SHIPPED_CHECKPOINT
from benchmarks.peer_process import PeerProcessError, prepare_model
from benchmarks.peer_registry import PeerSpec
from windvane.inference.bundle_files import sha256_of

BUILD_FOLDER = ROOT / "benchmarks" / "build"
WEIGHTS_FILE = "model.safetensors"
KEY_DIGITS = 12


def prepare_folders(
    specs: Iterable[PeerSpec], progress: Progress
) -> tuple[dict[PeerSpec, Path], dict[str, str]]:
    """Make the model folder of each peer, unless it exists.

    Returns:
        The folders, and the reason by title for each peer without one, for example a package that
        is not available for this system.
    """
    parent = BUILD_FOLDER / sha256_of(SHIPPED_CHECKPOINT / WEIGHTS_FILE)[:KEY_DIGITS]
    parent.mkdir(parents=True, exist_ok=True)
    folders = {}
    failures = {}
    for spec in specs:
        folder = parent / spec.name
        try:
            if not folder.is_dir():
                progress(f"{spec.title}: making its model")
                prepare_model(f"benchmarks.peers.{spec.name}", SHIPPED_CHECKPOINT, folder)
            folders[spec] = folder
        except PeerProcessError as error:
            failures[spec.title] = str(error)
    return folders, failures
