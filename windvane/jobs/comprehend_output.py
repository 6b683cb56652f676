"""The results of a job as Amazon Comprehend writes them: ``output.tar.gz`` with a file of lines.

Source: "Asynchronous analysis for Amazon Comprehend insights" at
https://docs.aws.amazon.com/comprehend/latest/dg/api-async-insights.html.
"""

import gzip
import tarfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from windvane.inference.sentiments import SentimentScore, to_sentiment_score
from windvane.jobs.job import COMPREHEND_OUTPUT, name_below_input
from windvane.jobs.job_files import locate_part
from windvane.jobs.line_numbers import CountedPart
from windvane.jobs.plan import Plan
from windvane.jobs.storage import Storage
from windvane.rows.byte_source import buffer_chunks

FILE_IN_ARCHIVE = "output"
ERROR_CODE = "INVALID_DOCUMENT"
_JOINED_LINES = 1000


class _Answered(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    File: str
    Line: int | None = None
    Sentiment: str
    SentimentScore: SentimentScore


class _Rejected(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    File: str
    Line: int | None = None
    ErrorCode: str
    ErrorMessage: str


class _Result(msgspec.Struct, frozen=True):
    label: str = ""
    scores: dict[str, float] = {}
    error: str | None = None


@dataclass(frozen=True)
class ComprehendOutput:
    """What is written.

    Attributes:
        plan: The plan of a job whose rows are lines of text or documents.
        parts: All parts, in order; those that failed have no results.
        storage: Where they are.
    """

    plan: Plan
    parts: Sequence[CountedPart]
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
        seen: Counter[str] = Counter()
        for counted in self.parts:
            if counted.summary:
                names = {piece.name for piece in counted.part.pieces}
                yield from self._convert(counted, Counter({name: seen[name] for name in names}))
            for piece, rows in zip(counted.part.pieces, counted.lines, strict=True):
                seen[piece.name] += rows

    def _convert(self, counted: CountedPart, seen: Counter[str]) -> Iterator[bytes]:
        """Convert the results of a part; a row of text is a line of its object."""
        has_lines = self.plan.format != "document"
        encoder, decoder = msgspec.json.Encoder(), msgspec.json.Decoder(_Result)
        results = locate_part(self.plan.folder, counted.part.number, "jsonl")
        with self.storage.open_object(results) as stream:
            for piece, rows in zip(counted.part.pieces, counted.lines, strict=True):
                file = name_below_input(piece.name, self.plan.job)
                for _ in range(rows):
                    line = seen[piece.name] if has_lines else None
                    seen[piece.name] += 1
                    record = _to_record(decoder.decode(stream.readline()), file, line)
                    yield encoder.encode(record) + b"\n"


def _to_record(result: _Result, file: str, line: int | None) -> _Answered | _Rejected:
    if result.error is not None:
        return _Rejected(File=file, Line=line, ErrorCode=ERROR_CODE, ErrorMessage=result.error)
    return _Answered(
        File=file,
        Line=line,
        Sentiment=result.label.upper(),
        SentimentScore=to_sentiment_score(result.scores),
    )
