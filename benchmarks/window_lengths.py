"""Measures how accurate and how fast a model reads long texts in windows of several lengths."""

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import click
import numpy as np
from numpy.typing import NDArray

from benchmarks.command_line import Progress, run_with_status
from benchmarks.labelled_sets import read_labelled_sets
from benchmarks.table import Cell, Table, to_markdown
from windvane.cli.labelled_file_type import LABELLED_FILE
from windvane.evaluation.predicted_set import choose_labels
from windvane.inference.bundle import Bundle, load_bundle
from windvane.inference.classifier import Classifier
from windvane.inference.text_encoder import TextEncoder
from windvane.rows.labelled_files import LabelledFile

GROUPS = ((127, 254), (255, 510), (511, None))
"""Fewest and most tokens of a text, by which accuracy is shown; shorter texts have one window."""
_TIMED_TEXTS = 20


@dataclass(frozen=True)
class LongText:
    """A labelled text of at least as many tokens as the first of `GROUPS`.

    Attributes:
        columns: Columns of the logits to choose from.
        truth: Place of the true label among them.
    """

    text: str
    tokens: int
    columns: Sequence[int]
    truth: int

    @property
    def group(self) -> int:
        """Number of its group."""
        return max(i for i, (fewest, _) in enumerate(GROUPS) if self.tokens >= fewest)


def find_long_texts(classifier: Classifier, files: Sequence[LabelledFile]) -> list[LongText]:
    """Read the texts of the groups, in the order of the files."""
    found = []
    for labelled in read_labelled_sets(files, classifier.labels):
        columns, labels = choose_labels(classifier.labels, labelled.ignored)
        for text, label in zip(labelled.texts, labelled.labels, strict=True):
            tokens = classifier.encode(text).tokens
            if tokens >= GROUPS[0][0]:
                found.append(LongText(text, tokens, columns, labels.index(label)))
    return found


def find_right(
    classifier: Classifier, encoder: TextEncoder, texts: Sequence[LongText]
) -> NDArray[np.bool_]:
    """Return for each text whether its likeliest label is the true one."""
    predictions = classifier.classify_encoded([encoder.encode(each.text) for each in texts])
    chosen = [
        int(np.argmax([prediction.logits[column] for column in text.columns]))
        for text, prediction in zip(texts, predictions, strict=True)
    ]
    return np.equal(chosen, [text.truth for text in texts])


def measure_times(
    classifier: Classifier, encoders: dict[int, TextEncoder], texts: Sequence[LongText]
) -> dict[int, dict[int, float]]:
    """Return CPU milliseconds per text by group and length; the lengths take turns on each text."""
    times: dict[int, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for group in range(len(GROUPS)):
        for text in [each.text for each in texts if each.group == group][:_TIMED_TEXTS]:
            for length, encoder in encoders.items():
                encoded = encoder.encode(text)
                started = time.thread_time()
                classifier.classify_encoded([encoded])
                times[group][length].append(1e3 * (time.thread_time() - started))
    return {
        group: {length: median(values) for length, values in by_length.items()}
        for group, by_length in times.items()
    }


def run(
    bundle: Bundle, files: Sequence[LabelledFile], lengths: Sequence[int], progress: Progress
) -> str:
    """Return a Markdown table with a row per window length, which compares with the first."""
    with Classifier(bundle, threads=1) as classifier:
        texts = find_long_texts(classifier, files)
        encoders = {n: TextEncoder(bundle.tokenizer_path, max_tokens=n) for n in lengths}
        right = {}
        for length, encoder in encoders.items():
            progress(f"windows of {length} tokens")
            right[length] = find_right(classifier, encoder, texts)
        times = measure_times(classifier, encoders, texts)
    groups = np.array([each.group for each in texts])
    present = sorted(times)
    headers = ["window tokens", *(_describe(group, groups) for group in present), "all texts"]
    first = right[lengths[0]]
    rows = [
        [
            str(length),
            *(f"{right[length][groups == i].mean():.1%}, {times[i][length]:.1f}" for i in present),
            f"{right[length].mean():.1%} (+{int((right[length] & ~first).sum())} "
            f"-{int((first & ~right[length]).sum())})",
        ]
        for length in lengths
    ]
    return to_markdown(Table(headers, [[Cell(text) for text in row] for row in rows]))


def _describe(group: int, groups: NDArray[np.int64]) -> str:
    fewest, most = GROUPS[group]
    bounds = f"{fewest} to {most}" if most else f"{fewest} or more"
    return f"{bounds} tokens ({int((groups == group).sum())} texts): accuracy, CPU ms"


@click.command()
@click.argument("bundle", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("files", type=LABELLED_FILE, nargs=-1, required=True)
@click.option(
    "--window-tokens",
    "lengths",
    type=click.IntRange(8),
    multiple=True,
    default=(512, 256, 192, 128, 96, 64),
    show_default=True,
    help="Length to measure; may be repeated.",
)
def main(bundle: Path, files: Sequence[LabelledFile], lengths: Sequence[int]) -> None:
    """Measure windows of several lengths with the model of BUNDLE on the long texts of FILES.

    FILES are written as for windvane evaluate: FILE[,column=NAME][,map=five][,ignore=neutral].
    """
    loaded = load_bundle(bundle)
    click.echo(run_with_status(lambda progress: run(loaded, files, lengths, progress)))


if __name__ == "__main__":
    main()
