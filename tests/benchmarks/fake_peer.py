"""A peer that labels a text with its first word, in no time and with nothing installed."""

import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.peers.protocol import Setting

NO_START = "no-start"
"""The name of a folder on which it ends before its first answer."""


class FakePeer:
    def classify(self, texts: Sequence[str]) -> list[str]:
        sys.stdout.write("a library's chatter\n")
        return [text.split()[0] for text in texts]


def build(folder: Path, setting: Setting) -> FakePeer:
    if folder.name == NO_START:
        sys.exit("the model is broken")
    return FakePeer()
