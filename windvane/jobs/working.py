"""Works on one part of a job: reads its rows, classifies them, writes results, then the summary."""

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from windvane.inference.errors import ModelRunError
from windvane.inference.predictions import Prediction, choose_label
from windvane.inference.sentiments import are_sentiments
from windvane.jobs.counted_stream import CountedStream
from windvane.jobs.errors import JobFieldError
from windvane.jobs.input_errors import name_fields
from windvane.jobs.job import name_below_input
from windvane.jobs.job_files import locate_part, locate_summary, read_plan, write_json
from windvane.jobs.piece_reader import PieceReader
from windvane.jobs.plan import Part, Plan
from windvane.jobs.result_rows import ResultFields, ResultRow
from windvane.jobs.result_writers import open_results
from windvane.jobs.storage import Storage
from windvane.jobs.summaries import MAX_LISTED_REJECTS, PartSummary, RejectedRow, count_reason
from windvane.rows.column_names import find_column
from windvane.rows.row import Record, Reject, Row
from windvane.rows.text_input import batch_records


class Model(Protocol):
    """Name and version of a model, as its manifest has them."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def version(self) -> str:
        """Hash of its files."""


class TextClassifier(Protocol):
    """What a part needs of `windvane.inference.classifier.Classifier`."""

    @property
    def labels(self) -> Sequence[str]:
        """Labels, in order."""

    @property
    def manifest(self) -> Model:
        """The model."""

    def classify(self, texts: Sequence[str], /) -> list[Prediction]:
        """Classify texts, in order."""


ClassifierSource = Callable[[str], TextClassifier]
"""Returns the classifier of a bundle's URI; it may keep it for the next part."""
CANNOT_RUN = "the model cannot run this text"


def run_part(
    folder: str, part: Part, storage: Storage, classifier_source: ClassifierSource
) -> PartSummary:
    """Classify the rows of a part; memory does not grow with it, and twice gives the same bytes.

    Args:
        folder: The job's folder, with a slash at the end.
        part: The part.
        storage: Where input and output are.
        classifier_source: Opens the bundle of the plan.

    Raises:
        BundleError: The bundle cannot be used.
        JobFieldError: The layout does not fit the labels of the model.
        InputChangedError: An object was changed or deleted after the job was planned.
        AccessRefusedError: An object may not be read or written.
        StorageError: S3 or the disk failed.
    """
    started = time.perf_counter()
    plan = read_plan(folder, storage)
    classifier = classifier_source(plan.bundle_uri)
    if plan.job.layout == "comprehend" and not are_sentiments(classifier.labels):
        raise JobFieldError("layout", "parts, where the labels of the model are no sentiments")
    work = _Work(plan, part, storage)
    name = locate_part(folder, part.number, plan.job.output_format)
    with storage.open_writer(name) as stream:
        counted = CountedStream(stream)
        fields = ResultFields(
            classifier.labels,
            has_id=plan.has_id,
            has_language=plan.has_language,
            min_score=plan.job.min_score,
        )
        with open_results(counted, plan.job.output_format, fields) as writer:
            for batch in batch_records(work.read()):
                writer.write(work.answer(batch, classifier))
    manifest = classifier.manifest
    summary = work.summarize(
        model=f"{manifest.name}@{manifest.version}",
        seconds=round(time.perf_counter() - started, 3),
        output_bytes=counted.size,
    )
    write_json(locate_summary(folder, part.number), summary, storage)
    return summary


class _Source(NamedTuple):
    """Where a row comes from.

    Attributes:
        name: Its object.
        line: Its line, from where the part begins to read the object.
        id: What its id column holds.
    """

    name: str
    line: int
    id: object


@dataclass
class _Work:
    """A part while it is worked on, and what was counted so far."""

    plan: Plan
    part: Part
    storage: Storage
    rows: int = 0
    labels: Counter[str | None] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    rejected_rows: list[RejectedRow] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    sources: deque[_Source] = field(default_factory=deque)
    """Those of the rows that were read and not answered yet."""

    def read(self) -> Iterator[Record]:
        """Read the rows in order, without their columns, which may be large."""
        before: Counter[str] = Counter()
        for piece in self.part.pieces:
            reader = PieceReader(piece, self.plan, self.storage)
            for record in reader.read():
                row_id = self._find_id(record, piece.name)
                self.sources.append(_Source(piece.name, before[piece.name] + record.line, row_id))
                if isinstance(record, Row):
                    yield Row(record.line, record.text, {})
                else:
                    yield Reject(record.line, record.reason)
            self.lines.append(reader.lines)
            before[piece.name] += reader.lines

    def answer(self, batch: Sequence[Record], classifier: TextClassifier) -> list[ResultRow]:
        """Classify the rows of a batch; a text that the model cannot run is rejected alone."""
        texts = [record.text for record in batch if isinstance(record, Row)]
        predictions = iter(_classify(texts, classifier))
        results = []
        for record in batch:
            source = self.sources.popleft()
            if isinstance(record, Reject):
                results.append(self._reject(source, name_fields(record.reason)))
            elif prediction := next(predictions):
                self.labels[choose_label(prediction, self.plan.job.min_score)] += 1
                results.append(ResultRow(source.id, prediction))
            else:
                results.append(self._reject(source, CANNOT_RUN))
        self.rows += len(results)
        return results

    def _reject(self, source: _Source, reason: str) -> ResultRow:
        count_reason(self.reasons, reason)
        if len(self.rejected_rows) < MAX_LISTED_REJECTS:
            self.rejected_rows.append(RejectedRow(source.name, source.line, reason))
        return ResultRow(source.id, error=reason)

    def _find_id(self, record: Record, name: str) -> object:
        """Return what the id column holds; the id of a document is its name below the input."""
        if self.plan.format == "document":
            return name_below_input(name, self.plan.job)
        wanted = self.plan.job.id_column
        columns = record.columns if isinstance(record, Row) else record.row
        if wanted is None or columns is None:
            return None
        column = wanted if wanted in columns else find_column(wanted, columns)
        return None if column is None else columns[column]

    def summarize(self, *, model: str, seconds: float, output_bytes: int) -> PartSummary:
        return PartSummary(
            number=self.part.number,
            rows=self.rows,
            rejected=self.reasons.total(),
            labels={label: count for label, count in self.labels.items() if label is not None},
            unlabelled=self.labels[None],
            lines=tuple(self.lines),
            rejected_rows=tuple(self.rejected_rows),
            reasons=dict(self.reasons),
            model=model,
            seconds=seconds,
            output_bytes=output_bytes,
        )


def _classify(texts: Sequence[str], classifier: TextClassifier) -> list[Prediction | None]:
    """Classify texts; if the model cannot run one of them, each by itself."""
    try:
        return list(classifier.classify(texts))
    except ModelRunError:
        return [_classify_alone(text, classifier) for text in texts]


def _classify_alone(text: str, classifier: TextClassifier) -> Prediction | None:
    try:
        return classifier.classify([text])[0]
    except ModelRunError:
        return None
