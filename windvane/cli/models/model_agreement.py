"""Agreement of two bundles on a file of texts."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from windvane import load_classifier
from windvane.cli.errors import CliError, file_errors
from windvane.cli.progress import progress_bar
from windvane.evaluation.gate.figures import Pair
from windvane.evaluation.gate.model_comparison import require_same_labels
from windvane.inference.classifier import Classifier
from windvane.rows.byte_source import open_input
from windvane.rows.file_reader import read_texts
from windvane.rows.reading import Reading
from windvane.rows.rejects import Rejects, filter_rows
from windvane.rows.text_input import batch_records


@dataclass(frozen=True)
class Agreement:
    """How far two bundles agree.

    Attributes:
        texts: Number of texts.
        same_label: Number of texts that both give the same label.
        largest_gap: Largest absolute difference of a probability on any text.
        mean_gap: Mean over the texts of the largest absolute difference.
        changes: Number of texts by the first bundle's label and the second's, where they differ.
    """

    texts: int
    same_label: int
    largest_gap: float
    mean_gap: float
    changes: dict[tuple[str, str], int]


def measure_agreement(
    bundles: tuple[str, str], path: str, *, text_column: str, threads: int | None
) -> Agreement:
    """Classify every usable text of a file with both bundles.

    Args:
        bundles: Folders or S3 URIs.
        path: The file, of any format that commands read; it is streamed.
        text_column: The column that holds the text.
        threads: Texts to run at once.

    Raises:
        CliError: The file cannot be opened, or has no usable text.
        EvaluationError: The labels differ.
        InferenceError: A bundle cannot be used.
        InputFileError: The file is not of its format.
    """
    with ExitStack() as stack, file_errors():
        first, second = (
            stack.enter_context(load_classifier(bundle, threads=threads)) for bundle in bundles
        )
        require_same_labels(Pair(first.labels, second.labels))
        stream = stack.enter_context(open_input(path))
        content = read_texts(stream, Reading(text_column=text_column))
        advance = stack.enter_context(progress_bar(content.total_bytes))
        gaps: list[float] = []
        labels: Counter[tuple[str, str]] = Counter()
        rejects = Rejects(None, path)
        for batch in batch_records(content.records):
            texts = [row.text for row in filter_rows(batch, rejects)]
            for pair, gap in _compare(first, second, texts):
                labels[pair] += 1
                gaps.append(gap)
            advance(content.bytes_read, len(gaps))
    if not gaps:
        raise CliError(f"{path} holds no row that can be used.")
    changes = {pair: count for pair, count in labels.most_common() if pair[0] != pair[1]}
    same = len(gaps) - sum(changes.values())
    return Agreement(len(gaps), same, max(gaps), sum(gaps) / len(gaps), changes)


def _compare(
    first: Classifier, second: Classifier, texts: list[str]
) -> Iterator[tuple[tuple[str, str], float]]:
    """Yield both labels and the largest difference of a probability, text by text."""
    for before, after in zip(first.classify(texts), second.classify(texts), strict=True):
        gap = max(abs(before.scores[label] - after.scores[label]) for label in first.labels)
        yield (before.label, after.label), gap
