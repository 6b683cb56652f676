"""Texts of other languages, and the packages that they are drawn from."""

import json
import struct
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks.languages.__main__ import main
from benchmarks.languages.drawn_texts import (
    BORROWED_SHARE,
    MOST_TEXTS,
    Words,
    count_texts,
    draw_texts,
)
from benchmarks.languages.language_sources import LanguageSources, read_sources

ENGLISH = Words({"the": 1.0})
ITALIAN = LanguageSources(
    {"Il file non esiste.", "La pagina non esiste."}, {"il", "non", "che"}, {"casa"}
)
MAGIC = 0x950412DE


def write_catalogue(path: Path, messages: Mapping[str, str]) -> None:
    """Write a .mo file (https://www.gnu.org/software/gettext/manual/html_node/MO-Files.html)."""
    rows = sorted({"": "Content-Type: text/plain; charset=UTF-8\n", **messages}.items())
    texts = [text.encode() for column in zip(*rows, strict=True) for text in column]
    start = 28 + 8 * len(texts)
    table, body = b"", b""
    for text in texts:
        table += struct.pack("<II", len(text), start + len(body))
        body += text + b"\0"
    path.parent.mkdir(parents=True)
    header = struct.pack("<7I", MAGIC, 0, len(rows), 28, 28 + 8 * len(rows), 0, 0)
    path.write_bytes(header + table + body)


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """A folder as pip leaves it: catalogues of Brazilian and English, word lists of two more."""
    folder = tmp_path / "packages"
    messages = {
        "OK": "OK",
        "No %(name)s was found": "Nenhum %(name)s foi encontrado",
        "See <b>more</b>": "Ver <b>mais</b>",
    }
    write_catalogue(folder / "django/locale/pt_BR/LC_MESSAGES/django.mo", messages)
    write_catalogue(folder / "django/locale/en_GB/LC_MESSAGES/django.mo", {"Color": "Colour"})
    for locale, words in {"it_IT": "('casa', 'cosa')", "la": "('lorem',)"}.items():
        module = folder / f"faker/providers/lorem/{locale}/__init__.py"
        module.parent.mkdir(parents=True)
        module.write_text(f"class Provider:\n    word_list = {words} + ('altro',)\n")
    stop_words = folder / "stopwordsiso/stopwords-iso.json"
    stop_words.parent.mkdir()
    stop_words.write_text(json.dumps({"pt": ["de", "que"], "en": ["the"]}))
    return folder


def test_packages_are_read_by_language_without_english(packages: Path) -> None:
    sources = read_sources(packages)

    assert dict(sources) == {
        "it": LanguageSources(words={"casa", "cosa", "altro"}),
        "pt": LanguageSources({"Nenhum foi encontrado", "Ver mais"}, {"de", "que"}),
    }


def test_texts_have_stop_words_sentences_and_some_english() -> None:
    texts = list(draw_texts(ITALIAN, ENGLISH, 500, np.random.default_rng(1)))

    counts = Counter(word for text in texts for word in text)
    assert len(texts) == 500
    assert all(3 <= len(text) <= 40 for text in texts)
    assert counts["non"] > counts["che"] > counts["casa"] > 0
    assert counts["esiste."] > 0
    assert abs(counts["the"] / counts.total() - BORROWED_SHARE) < 0.02


@pytest.mark.parametrize(
    "sources",
    [
        LanguageSources(sentences={"Il file non esiste."}),
        LanguageSources(stop_words={"il", "che"}),
        LanguageSources(words={"casa"}),
    ],
    ids=["sentences", "stop words", "words"],
)
def test_one_kind_of_source_is_enough(sources: LanguageSources) -> None:
    texts = list(draw_texts(sources, ENGLISH, 20, np.random.default_rng(1)))

    assert len(texts) == 20
    assert all(3 <= len(text) <= 40 for text in texts)


def test_texts_are_the_same_each_time() -> None:
    first, second = (
        list(draw_texts(ITALIAN, ENGLISH, 5, np.random.default_rng(1))) for _ in range(2)
    )

    assert first == second


def test_languages_with_little_material_are_left_out() -> None:
    words = {f"parola{i}" for i in range(1_000)}

    assert count_texts(ITALIAN) == 0
    assert count_texts(LanguageSources(words=words)) == 200
    assert count_texts(LanguageSources(stop_words=words)) == MOST_TEXTS


def test_command_writes_json_lines(packages: Path, tmp_path: Path) -> None:
    english, output = tmp_path / "english.jsonl", tmp_path / "other.jsonl"
    english.write_text('{"text": "The coffee arrived cold."}\n')
    stop_words = {"pt": [f"palavra{i}" for i in range(60)], "fr": [f"mot{i}" for i in range(60)]}
    (packages / "stopwordsiso/stopwords-iso.json").write_text(json.dumps(stop_words))
    arguments = [str(packages), "--english", str(english), "-o", str(output), "--without", "fr"]

    done = CliRunner().invoke(main, arguments)

    lines = [json.loads(line) for line in output.read_text().splitlines()]
    assert done.exit_code == 0, done.output
    assert {line["language"] for line in lines} == {"pt"}
    assert len(lines) == 200 + 2 + 4 * 60


def test_empty_folder_is_refused(tmp_path: Path) -> None:
    english = tmp_path / "english.jsonl"
    english.write_text('{"text": "Yes."}\n')
    arguments = [str(tmp_path), "--english", str(english), "-o", str(tmp_path / "o.jsonl")]

    done = CliRunner().invoke(main, arguments)

    assert done.exit_code == 1
    assert "holds none of the packages" in done.output
