"""The peers' model folders: made once for each checkpoint, kept under ``benchmarks/build``."""

from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks.processes import PREPARE_SECONDS, ROOT, PeerProcessError, run_module
from benchmarks.registry import PeerSpec
from functions.inference.bundle import sha256_of

BUILD_FOLDER = ROOT / "benchmarks" / "build"
WEIGHTS_FILE = "model.safetensors"
KEY_DIGITS = 12


def prepare_stand_in(tell: Callable[[str], None]) -> Path:
    """Make the checkpoint for those who gave none, unless it is there.

    Returns:
        Its folder.

    Raises:
        PeerProcessError: It could not be made.
    """
    return _prepare("stand_in_checkpoint", BUILD_FOLDER, BUILD_FOLDER / "stand-in", tell)


def prepare_folders(
    checkpoint: Path, specs: Iterable[PeerSpec], tell: Callable[[str], None]
) -> tuple[dict[PeerSpec, Path], dict[str, str]]:
    """Make the model folder of each peer, unless it is there.

    Returns:
        The folders, and for those that could not be made, such as for want of a package on this
        system, the reason by the peer's title.
    """
    parent = BUILD_FOLDER / sha256_of(checkpoint / WEIGHTS_FILE)[:KEY_DIGITS]
    folders = {}
    failures = {}
    for spec in specs:
        try:
            folders[spec] = _prepare(spec.name, checkpoint, parent / spec.name, tell)
        except PeerProcessError as error:
            failures[spec.title] = str(error)
    return folders, failures


def _prepare(module: str, checkpoint: Path, folder: Path, tell: Callable[[str], None]) -> Path:
    if not folder.is_dir():
        tell(f"{module}: making its model")
        folder.parent.mkdir(parents=True, exist_ok=True)
        run_module(
            "benchmarks.prepare",
            [f"benchmarks.peers.{module}", str(checkpoint), str(folder)],
            timeout_seconds=PREPARE_SECONDS,
        )
    return folder
