"""``python -m benchmarks.own_rows``: what `windvane calibrate` gains with few labelled rows.

Samples of each file are calibrated to, and the rest of the file is measured, before and after.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import click
import numpy as np
from numpy.typing import NDArray

from benchmarks.labelled_sets import read_labelled_sets
from windvane import load_classifier
from windvane.calibration.cross_validation import cross_validate
from windvane.calibration.errors import CalibrationError
from windvane.calibration.gains import MACRO_F1, measure_figures, measure_gains
from windvane.calibration.usable_rows import choose_rows, require_enough
from windvane.calibration.verdict import judge
from windvane.cli.labelled_file_type import LABELLED_FILE
from windvane.evaluation.figure_table import Column, FigureTable, Row, number_columns
from windvane.evaluation.markdown_table import to_markdown
from windvane.evaluation.predicted_set import PredictedSet
from windvane.evaluation.set_prediction import predict_set
from windvane.rows.labelled_files import LabelledFile

SEED = 19
SHARES = ("accuracy", "macro_recall", MACRO_F1)
LARGE_LOSS = 0.01
Differences = dict[str, float]


class Sample(NamedTuple):
    """A calibration to some rows of a file.

    Attributes:
        is_written: Whether `windvane calibrate` would write the bundle.
        differences: Figures after minus before, on the rest of the file.
    """

    is_written: bool
    differences: Differences


@click.command()
@click.argument("bundle")
@click.argument("files", nargs=-1, type=LABELLED_FILE, required=True)
@click.option(
    "--rows", "sizes", multiple=True, type=click.IntRange(30), default=(50, 100, 300, 1000)
)
@click.option("--samples", default=20, show_default=True, type=click.IntRange(1))
def main(bundle: str, files: Sequence[LabelledFile], sizes: Sequence[int], samples: int) -> None:
    """Calibrate BUNDLE to samples of labelled FILEs, and measure the rest of each."""
    with load_classifier(bundle) as classifier:
        if classifier.manifest.offsets is not None:
            raise click.UsageError("The bundle is calibrated already.")
        start = classifier.manifest.temperature
        predicted = []
        for labelled in read_labelled_sets(files, classifier.labels):
            usable = choose_rows(labelled, classifier.labels, classifier.normalize).labelled
            predicted.append(replace(predict_set(classifier, usable), temperature=start))
        labels = classifier.labels
    drawn = {
        size: [sample for each in predicted for sample in draw_samples(each, labels, size, samples)]
        for size in sizes
    }
    click.echo(to_markdown(build_table(drawn)))


def draw_samples(
    predicted: PredictedSet, labels: Sequence[str], size: int, samples: int
) -> Iterator[Sample]:
    """Draw samples of a file and calibrate to each; none if it has no other texts to measure."""
    texts = len(predicted.truths)
    for number in range(samples if size < texts else 0):
        order = np.random.default_rng([SEED, size, number]).permutation(texts)
        sample, rest = (take_rows(predicted, rows) for rows in np.split(order, [size]))
        validated = cross_validate(sample)
        before = measure_figures(rest)
        logits = validated.fitted.apply(rest.logits)
        after = measure_figures(replace(rest, logits=logits, temperature=1.0))
        yield Sample(
            is_written=is_enough(sample, labels)
            and judge(measure_gains(sample, validated.after)).helps,
            differences={name: after[name] - before[name] for name in (*SHARES, "ece")},
        )


def is_enough(sample: PredictedSet, labels: Sequence[str]) -> bool:
    """Tell whether `windvane calibrate` takes the rows of a sample."""
    try:
        require_enough(sample.labelled, labels)
    except CalibrationError:
        return False
    return True


def take_rows(predicted: PredictedSet, rows: NDArray[np.int64]) -> PredictedSet:
    """Take some rows of a set."""
    labelled = predicted.labelled
    chosen = rows.tolist()
    return replace(
        predicted,
        labelled=replace(
            labelled,
            texts=[labelled.texts[row] for row in chosen],
            labels=[labelled.labels[row] for row in chosen],
            lines=[labelled.lines[row] for row in chosen],
        ),
        logits=predicted.logits[rows],
        tokens=predicted.tokens[rows],
    )


def build_table(drawn: dict[int, list[Sample]]) -> FigureTable:
    """Show the mean differences of all samples of a size, and of those that are written."""
    rows: list[Row] = []
    for size, samples in drawn.items():
        written = [sample for sample in samples if sample.is_written]
        for name, chosen in (("all", samples), ("written", written)):
            if chosen:
                rows.append((f"{size:,}", name, *_describe(chosen, len(samples))))
    numbers = number_columns(
        "samples, %", "accuracy, points", "macro-recall", "macro-F1", "ECE", "lose a point of F1, %"
    )
    return FigureTable([Column("rows", is_number=True), Column("samples"), *numbers], rows)


def _describe(chosen: Sequence[Sample], samples: int) -> list[str]:
    means = {
        name: float(np.mean([sample.differences[name] for sample in chosen]))
        for name in (*SHARES, "ece")
    }
    losing = np.mean([sample.differences[MACRO_F1] < -LARGE_LOSS for sample in chosen])
    return [
        f"{len(chosen) / samples:.0%}".rstrip("%"),
        *(f"{100 * means[name]:+.1f}" for name in SHARES),
        f"{means['ece']:+.3f}",
        f"{100 * losing:.0f}",
    ]


if __name__ == "__main__":
    main()
