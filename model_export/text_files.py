"""The text files that the export uses by default, one text a line."""

from pathlib import Path

_FOLDER = Path(__file__).with_name("texts")
PARITY_TEXTS_FILE = _FOLDER / "parity.txt"
"""Compared between the checkpoint and the bundle."""
ACTIVATION_TEXTS_FILE = _FOLDER / "activation_ranges.txt"
"""Run through the graph to find the ranges of its activations, for int8."""
