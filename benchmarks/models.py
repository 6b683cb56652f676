"""The peers' model folders: made once from the checkpoint, kept under ``benchmarks/build``."""

from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks.processes import PREPARE_SECONDS, ROOT, PeerProcessError, run_module
from benchmarks.registry import PeerSpec
from windvane.inference.bundle_files import sha256_of

BUILD_FOLDER = ROOT / "benchmarks" / "build"
SHIPPED_CHECKPOINT = ROOT / "models" / "sentiment-minilm" / "checkpoint"
"""What the shipped bundle was made from."""
WEIGHTS_FILE = "model.safetensors"
KEY_DIGITS = 12


def prepare_folders(
    specs: Iterable[PeerSpec], tell: Callable[[str], None]
) -> tuple[dict[PeerSpec, Path], dict[str, str]]:
    """Make the model folder of each peer, unless it is there.

    Returns:
        The folders, and for those that could not be made, such as for want of a package on this
        system, the reason by the peer's title.
    """
    parent = BUILD_FOLDER / sha256_of(SHIPPED_CHECKPOINT / WEIGHTS_FILE)[:KEY_DIGITS]
    folders = {}
    failures = {}
    for spec in specs:
        try:
            folders[spec] = _prepare(spec.name, parent / spec.name, tell)
        except PeerProcessError as error:
            failures[spec.title] = str(error)
    return folders, failures


def _prepare(module: str, folder: Path, tell: Callable[[str], None]) -> Path:
    if not folder.is_dir():
        tell(f"{module}: making its model")
        folder.parent.mkdir(parents=True, exist_ok=True)
        run_module(
            "benchmarks.prepare",
            [f"benchmarks.peers.{module}", str(SHIPPED_CHECKPOINT), str(folder)],
            timeout_seconds=PREPARE_SECONDS,
        )
    return folder
