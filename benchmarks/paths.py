"""Where the repository's files lie."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
RESULTS_FOLDER = ROOT / "benchmarks" / "results"
SHIPPED_CHECKPOINT = ROOT / "models" / "sentiment-minilm" / "checkpoint"
"""Checkpoint that the shipped bundle was exported from."""
