"""A bulk job: what it reads, how, and where it writes."""

from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta

from windvane.jobs.errors import JobFieldError

JobFormat = Literal["jsonl", "csv", "text", "document", "json", "parquet", "xlsx"]
"""``document`` is one text a file; the others are those of `windvane.rows.file_formats`."""
OutputFormat = Literal["jsonl", "csv", "parquet"]
OutputLayout = Literal["parts", "comprehend"]
COMPREHEND_OUTPUT = "output/output.tar.gz"
"""Below the job's folder, where the layout is ``comprehend``."""
JOB_FORMATS: tuple[JobFormat, ...] = get_args(JobFormat)
OUTPUT_FORMATS: tuple[OutputFormat, ...] = get_args(OutputFormat)

Location = Annotated[str, Meta(min_length=1, max_length=1100)]
ColumnName = Annotated[str, Meta(min_length=1, max_length=200)]
JOB_ID = "[A-Za-z0-9_-]{1,80}"
JobId = Annotated[str, Meta(pattern=f"^{JOB_ID}$")]
"""Also the name of the execution in Step Functions, which allows 80 characters."""


class Job(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a job reads, how, and what it writes.

    Attributes:
        input: Where the texts are: an object, ``s3://bucket/key``, or all objects below a prefix,
            ``s3://bucket/prefix/``; on a laptop also a file or a folder.
        is_prefix: Whether all objects are read whose locations begin with ``input``, slash or not.
        output: Prefix or folder; the job writes below ``output/JOB_ID/``.
        format: Format of the input; None is found out from the name and the content.
        text_column: Column, or JSON key, of the text; of CSV without a header, its number from 1.
        id_column: Column, or JSON key, that is carried through to the results.
        encoding: Encoding of the input, such as ``cp1252``.
        delimiter: Character between the fields of CSV.
        output_format: Format of the results.
        join: Whether the parts are joined into one object of results at the end.
        layout: ``comprehend`` writes ``output.tar.gz`` as Amazon Comprehend does, beside the parts.
        tolerated_failure_percentage: Share of parts that may fail without failing the job.
        min_score: A label whose score is lower is null in the results.
    """

    input: Location
    output: Location
    is_prefix: bool = False
    format: JobFormat | None = None
    text_column: ColumnName = "text"
    id_column: ColumnName | None = None
    encoding: Annotated[str, Meta(max_length=40)] | None = None
    delimiter: Annotated[str, Meta(max_length=3)] | None = None
    output_format: OutputFormat = "jsonl"
    join: bool = False
    layout: OutputLayout = "parts"
    tolerated_failure_percentage: Annotated[int, Meta(ge=0, le=100)] = 0
    min_score: Annotated[float, Meta(ge=0, le=1)] = 0.0

    def __post_init__(self) -> None:
        """Check what a field's type does not say.

        Raises:
            JobFieldError: A field breaks a rule.
        """
        if self.layout == "comprehend" and self.output_format != "jsonl":
            raise JobFieldError("output_format", "jsonl, where the layout is comprehend")
        if self.layout == "comprehend" and self.min_score:
            raise JobFieldError("min_score", "0, where the layout is comprehend")
        if _is_within(self.output, self):
            raise JobFieldError("output", "not inside the input")


def job_folder(job: Job, job_id: str) -> str:
    """Return where a job writes, with a slash at the end."""
    return f"{job.output.rstrip('/')}/{job_id}/"


def name_below_input(name: str, job: Job) -> str:
    """Return an object's name without the input's folder; that of a single object is its last."""
    if job.is_prefix:
        return name.removeprefix(f"{job.input.rpartition('/')[0]}/")
    below = name.removeprefix(f"{job.input.rstrip('/')}/")
    return below if below != name else name.rpartition("/")[2]


def _is_within(output: str, job: Job) -> bool:
    is_whole = job.is_prefix or job.input.endswith("/")
    start = job.input if is_whole else f"{job.input}/"
    return f"{output.rstrip('/')}/".startswith(start)
