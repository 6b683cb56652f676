"""Long texts are read in windows of several lengths, and compared."""

import json
from pathlib import Path

from benchmarks.window_lengths import find_long_texts, run
from windvane import load_classifier
from windvane.inference.bundle import load_bundle
from windvane.rows.labelled_files import LabelledFile

ROWS = [
    ("good " + "new " * 130, "positive"),
    ("new " * 260 + "bad", "negative"),
    ("new " * 130 + "bad", "positive"),
    ("good", "positive"),
]


def write_file(folder: Path) -> LabelledFile:
    lines = [json.dumps({"text": text, "label": label}) for text, label in ROWS]
    (folder / "long.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return LabelledFile(path=str(folder / "long.jsonl"), ignored=("neutral",))


def test_find_long_texts_groups_texts_by_their_tokens(tiny_bundle: Path, tmp_path: Path) -> None:
    with load_classifier(tiny_bundle, threads=1) as classifier:
        texts = find_long_texts(classifier, [write_file(tmp_path)])

    assert [(each.tokens, each.group, each.truth) for each in texts] == [
        (133, 0, 1),
        (263, 1, 0),
        (133, 0, 1),
    ]


def test_run_compares_window_lengths(tiny_bundle: Path, tmp_path: Path) -> None:
    table = run(load_bundle(tiny_bundle), [write_file(tmp_path)], [16, 8], lambda _: None)

    header, _, *rows = ([*line[2:-2].split(" | ")] for line in table.splitlines())
    assert [title.split(":")[0] for title in header] == [
        "window tokens",
        "127 to 254 tokens (2 texts)",
        "255 to 510 tokens (1 texts)",
        "all texts",
    ]
    assert [row[0] for row in rows] == ["16", "8"]
    assert [row[1].split(",")[0] for row in rows] == ["50.0%", "50.0%"]
    assert [row[2].split(",")[0] for row in rows] == ["100.0%", "100.0%"]
    assert [row[-1] for row in rows] == ["66.7% (+0 -0)"] * 2
