"""A peer that labels a text with its first word."""

import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.peers.protocol import Setting

NO_START = "no-start"
"""Name of a folder with which it ends before its first prediction."""


class FakePeer:
    def classify(self, texts: Sequence[str]) -> list[str]:
        sys.stdout.write("a library's chatter\n")
        return [text.split()[0] for text in texts]


def build(folder: Path, setting: Setting) -> FakePeer:
    if folder.name == NO_START:
        sys.exit("the model is broken")
    return FakePeer()
