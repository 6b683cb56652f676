"""Small suites for the tests."""

from pathlib import Path

WEATHER = """
about = "Knows good from bad."

[fill]
noun = ["day", "week"]
name = ["Ann", "Bob"]

[[minimum]]
name = "good days"
labels = ["positive"]
texts = ["a good day", "a fine day"]
templates = ["a very good {noun}"]

[[minimum]]
name = "days"
labels = ["neutral", "negative"]
texts = ["a day", "a bad day"]

[[invariance]]
name = "names"
tolerance = 0.1
vary = "name"
templates = ["{name} had a good {noun}"]

[[direction]]
name = "good added"
change = "rises"
margin = 0.2
pairs = [["the sea", "the good sea"], ["the sky", "the blue sky"]]
"""
"""Of nine cases the tiny bundle fails two: "a fine day" and the blue sky."""


def write_suite(folder: Path, **files: str) -> Path:
    """Write files of a suite, each by its name without the suffix."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / f"{name}.toml").write_text(content, encoding="utf-8")
    return folder
