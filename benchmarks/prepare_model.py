"""Makes one model folder: ``python -m benchmarks.prepare_model MODULE CHECKPOINT FOLDER``."""

import importlib
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from benchmarks.peers.protocol import PeerModule


def main(arguments: Sequence[str]) -> None:
    """Prepare in a temporary folder, so that a failed run leaves no half-made model behind."""
    module, checkpoint, folder = arguments
    peer = cast(PeerModule, importlib.import_module(module))
    unfinished = Path(folder + ".unfinished")
    if unfinished.is_symlink():
        unfinished.unlink()
    shutil.rmtree(unfinished, ignore_errors=True)
    peer.prepare(Path(checkpoint), unfinished)
    unfinished.replace(folder)


if __name__ == "__main__":
    main(sys.argv[1:])
