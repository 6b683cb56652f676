"""The results of a job as Amazon Comprehend writes them: ``output.tar.gz`` with a file of lines.

Source: "Asynchronous analysis for Amazon Comprehend insights" at
https://docs.aws.amazon.com/comprehend/latest/dg/api-async-insights.html.
"""

import gzip
import tarfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from windvane.inference.sentiments import SentimentScore, to_sentiment_score
from windvane.jobs.job import name_below_input
from windvane.jobs.job_files import locate_part
from windvane.jobs.plan import Part, Plan
from windvane.jobs.storage import Storage
from windvane.jobs.summaries import PartSummary
from windvane.rows.byte_source import buffer_chunks

COMPREHEND_OUTPUT = "output/output.tar.gz"
FILE_IN_ARCHIVE = "output"
ERROR_CODE = "INVALID_DOCUMENT"
_JOINED_LINES = 1000


class _Answered(msgspec.Struct, frozen=True, omit_defaults=True):
    File: str
    Sentiment: str
    SentimentScore: SentimentScore
    Line: int | None = None


class _Rejected(msgspec.Struct, frozen=True, omit_defaults=True):
    File: str
    ErrorCode: str
    ErrorMessage: str
    Line: int | None = None


class _Result(msgspec.Struct, frozen=True):
    label: str = ""
    scores: dict[str, float] = {}
    error: str | None = None


@dataclass(frozen=True)
class ComprehendOutput:
    """What is written.

    Attributes:
        plan: The plan of a job whose rows are lines of text or documents.
        parts: The parts that are done, in order.
        summaries: Their summaries.
        storage: Where they are.
    """

    plan: Plan
    parts: Sequence[Part]
    summaries: Sequence[PartSummary]
    storage: Storage

    def write(self) -> str:
        """Write the archive; the lines are built twice, as their size comes before them.

        Returns:
            Where it is.

        Raises:
            JobInputError: The results of a part are gone.
            StorageError: S3 or the disk failed.
        """
        name = f"{self.plan.folder}{COMPREHEND_OUTPUT}"
        info = tarfile.TarInfo(FILE_IN_ARCHIVE)
        info.size = sum(map(len, self._build_chunks()))
        with (
            self.storage.open_writer(name) as stream,
            gzip.GzipFile("", "wb", fileobj=stream, mtime=0) as packed,
            tarfile.open(fileobj=packed, mode="w|") as archive,
        ):
            archive.addfile(info, buffer_chunks(self._build_chunks()))
        return name

    def _build_chunks(self) -> Iterator[bytes]:
        lines: list[bytes] = []
        for line in self._build_lines():
            lines.append(line)
            if len(lines) == _JOINED_LINES:
                yield b"".join(lines)
                lines.clear()
        yield b"".join(lines)

    def _build_lines(self) -> Iterator[bytes]:
        has_lines = self.plan.format != "document"
        encoder, decoder = msgspec.json.Encoder(), msgspec.json.Decoder(_Result)
        seen: Counter[str] = Counter()
        for part, summary in zip(self.parts, self.summaries, strict=True):
            results = locate_part(self.plan.folder, part.number, "jsonl")
            with self.storage.open_object(results) as stream:
                for piece, rows in zip(part.pieces, summary.lines, strict=True):
                    file = name_below_input(piece.name, self.plan.job)
                    for _ in range(rows):
                        line = seen[piece.name] if has_lines else None
                        seen[piece.name] += 1
                        result = decoder.decode(stream.readline())
                        yield encoder.encode(_to_record(result, file, line)) + b"\n"


def _to_record(result: _Result, file: str, line: int | None) -> Any:  # noqa: ANN401 - either
    if result.error is not None:
        return _Rejected(file, ERROR_CODE, result.error, line)
    return _Answered(file, result.label.upper(), to_sentiment_score(result.scores), line)
