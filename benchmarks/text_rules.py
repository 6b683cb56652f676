"""Measures what each rule of the normalization gains on disturbed texts, and costs on others."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import click
import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from benchmarks.command_line import Progress, run_with_status
from benchmarks.disturbances import DISTURBANCES
from benchmarks.labelled_sets import read_labelled_sets
from benchmarks.rule_variants import NO_RULE, VARIANTS, CachedModel, write_variants
from benchmarks.table import Cell, Table, to_markdown
from windvane.cli.labelled_file_type import LABELLED_FILE
from windvane.evaluation.predicted_set import choose_labels
from windvane.inference.bundle import Bundle, load_bundle
from windvane.inference.classifier import Classifier
from windvane.inference.text_encoder import TextEncoder
from windvane.rows.labelled_files import LabelledFile
from windvane.rows.labelled_set import LabelledSet

_ROUNDS = 9


def measure_gains(
    model: CachedModel, encoders: dict[str, TextEncoder], texts: Sequence[str]
) -> Iterator[list[str]]:
    """Yield a row per disturbance: the share of texts whose label it changes, by variant."""
    labels = {
        name: model.predict(encoder, texts).argmax(axis=1) for name, encoder in encoders.items()
    }
    for title, disturb in DISTURBANCES.items():
        disturbed = [disturb(text) for text in texts]
        flips = [
            np.mean(model.predict(encoder, disturbed).argmax(axis=1) != labels[name])
            for name, encoder in encoders.items()
        ]
        yield [title, *(f"{flip:.1%}" for flip in flips)]


def measure_cost(
    model: CachedModel, encoders: dict[str, TextEncoder], labelled: LabelledSet
) -> list[str]:
    """Return a file's row: its accuracy, and the points that each variant adds to it."""
    columns, labels = choose_labels(model.classifier.labels, labelled.ignored)
    truths = np.array([labels.index(label) for label in labelled.labels])
    right = {
        name: model.predict(encoder, labelled.texts)[:, columns].argmax(axis=1) == truths
        for name, encoder in encoders.items()
    }
    before = right[NO_RULE]
    gains = [_show_gain(before, after) for name, after in right.items() if name != NO_RULE]
    return [f"{labelled.name} ({len(truths):,})", f"{before.mean():.1%}", *gains]


def _show_gain(before: NDArray[np.bool_], after: NDArray[np.bool_]) -> str:
    mended, broken = int((after & ~before).sum()), int((before & ~after).sum())
    if not mended and not broken:
        return "="
    return f"{(after.mean() - before.mean()) * 100:+.2f} ({mended} right, {broken} wrong)"


def measure_times(
    paths: dict[str, Path], encoders: dict[str, TextEncoder], texts: Sequence[str]
) -> Iterator[list[str]]:
    """Yield a row per variant: what it adds to a text, to a load and to the file.

    All variants are measured in each round, in CPU time; the figures are medians of the rounds.
    """
    encoding: dict[str, list[float]] = {name: [] for name in paths}
    loading: dict[str, list[float]] = {name: [] for name in paths}
    for _ in range(_ROUNDS):
        for name, path in paths.items():
            started = time.thread_time()
            Tokenizer.from_file(str(path))
            loaded = time.thread_time()
            for text in texts:
                encoders[name].encode(text)
            loading[name].append(1e3 * (loaded - started))
            encoding[name].append(1e6 * (time.thread_time() - loaded) / len(texts))
    sizes = {name: path.stat().st_size for name, path in paths.items()}
    for name in paths:
        added = sizes[name] - sizes[NO_RULE]
        figures = [_compare(encoding, name), _compare(loading, name), f"{added:,}"]
        yield [name, f"{median(encoding[name]):.1f}", *figures]


def _compare(seconds: dict[str, list[float]], name: str) -> str:
    pairs = zip(seconds[name], seconds[NO_RULE], strict=True)
    return f"{median(after - before for after, before in pairs):+.2f}"


def _show(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return to_markdown(Table([*headers], [[Cell(text) for text in row] for row in rows]))


def run(bundle: Bundle, files: Sequence[LabelledFile], texts: int, progress: Progress) -> str:
    """Return the tables as Markdown.

    Args:
        bundle: Its tokenizer may have the rules already.
        files: Labelled texts.
        texts: How many of each file are disturbed, from its beginning.
        progress: Shows progress.
    """
    tokens = bundle.manifest.longest_window_tokens
    with TemporaryDirectory() as folder, Classifier(bundle, threads=1) as classifier:
        paths = write_variants(bundle, Path(folder))
        encoders = {name: TextEncoder(path, max_tokens=tokens) for name, path in paths.items()}
        model = CachedModel(classifier)
        sets = read_labelled_sets(files, classifier.labels)
        some = [text for labelled in sets for text in labelled.texts[:texts]]
        progress("texts as they are")
        costs = [measure_cost(model, encoders, labelled) for labelled in sets]
        progress("disturbed texts")
        gains = list(measure_gains(model, encoders, some))
        progress("times")
        times = list(measure_times(paths, encoders, some))
    names = list(VARIANTS)
    return "\n\n".join([
        _show([f"labels changed, {len(some):,} texts", *names], gains),
        _show(["undisturbed", "accuracy", *names[1:]], costs),
        _show(["rules", "µs a text", "more", "ms to load, more", "bytes more"], times),
    ])  # fmt: skip


@click.command()
@click.argument("bundle", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("files", type=LABELLED_FILE, nargs=-1, required=True)
@click.option("--texts", default=100, show_default=True, help="Texts of a file to disturb.")
def main(bundle: Path, files: Sequence[LabelledFile], texts: int) -> None:
    """Measure each rule of the normalization with the model of BUNDLE on labelled FILES.

    FILES are written as for windvane evaluate: FILE[,column=NAME][,map=five][,ignore=neutral].
    """
    loaded = load_bundle(bundle)
    click.echo(run_with_status(lambda progress: run(loaded, files, texts, progress)))


if __name__ == "__main__":
    main()
