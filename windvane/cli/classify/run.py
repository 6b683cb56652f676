"""Runs ``windvane classify``: batch by batch from input to output."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from windvane import load_classifier
from windvane.cli.classify.output_formats import (
    Writing,
    build_writer,
    choose_format,
    choose_stdout_format,
)
from windvane.cli.errors import file_errors
from windvane.cli.messages import describe_command, print_message
from windvane.cli.output_files import open_output, refuse_same_file, rejects_path_for
from windvane.cli.progress import progress_bar
from windvane.rows.byte_source import open_input
from windvane.rows.file_reader import read_texts
from windvane.rows.reading import Reading
from windvane.rows.rejects import Rejects, count_rows, filter_rows, open_rejects
from windvane.rows.terminal_text import escape_line
from windvane.rows.text_input import TextInput, batch_records, build_text_input
from windvane.settings import load_settings


@dataclass(frozen=True, kw_only=True)
class ClassifyOptions:
    """Values of the command's options; ``-`` is stdin or stdout, None means the default."""

    texts: tuple[str, ...]
    input_path: str | None
    reading: Reading
    output_path: str
    output_format: str | None
    rejects_path: str | None
    min_score: float | None
    raw: bool
    bundle: str | None
    threads: int | None


@dataclass(frozen=True, kw_only=True)
class Files:
    """Paths and formats of a run.

    An `input_path` of None means texts on the command line, an `output_format` of None what fits
    the input.
    """

    input_path: str | None
    output_path: str
    output_format: str | None
    rejects_path: Path | None

    @property
    def shows_progress(self) -> bool:
        """Whether to show a progress bar: not if the rows go to the same terminal."""
        return self.input_path is not None and not (self.output_path == "-" and sys.stdout.isatty())


def run_classification(options: ClassifyOptions) -> int:
    """Classify the texts, and print a summary to stderr.

    Returns:
        How many rows were rejected.

    Raises:
        CliError: A file cannot be opened or written.
        InferenceError: The bundle cannot be used.
        RowsError: The input is not of its format.
        SettingsError: An environment variable has a value that is not allowed.
    """
    _hint_at_files(options.texts)
    files = choose_files(options)
    with file_errors(), ExitStack() as stack:
        texts = stack.enter_context(_open_texts(options, files))
        classifier = stack.enter_context(load_classifier(options.bundle, threads=options.threads))
        stream = stack.enter_context(open_output(files.output_path))
        rejects = stack.enter_context(open_rejects(files.rejects_path))
        rejects.report_reading(texts.note)
        output_format = files.output_format or choose_stdout_format(
            texts.file_format, to_terminal=sys.stdout.isatty()
        )
        writer = build_writer(
            output_format, stream, classifier.labels, texts.columns, _choose_writing(options)
        )
        for name, new_name in writer.renamed.items():
            print_message(f'The input has a column "{name}"; ours is "{new_name}".', err=True)
        advance = stack.enter_context(progress_bar(texts.total_bytes, shown=files.shows_progress))
        classified = 0
        for batch in batch_records(texts.records):
            rows = filter_rows(batch, rejects, writer.find_fault)
            writer.write(rows, classifier.classify([row.text for row in rows]))
            classified += len(rows)
            advance(texts.bytes_read, classified)
    _summarize(classified, rejects, files)
    return rejects.count


def _choose_writing(options: ClassifyOptions) -> Writing:
    min_score = options.min_score
    if min_score is None:
        min_score = load_settings(os.environ).min_score
    return Writing(raw=options.raw, min_score=min_score)


def choose_files(options: ClassifyOptions) -> Files:
    """Choose the paths and formats that the options leave open.

    Raises:
        CliError: The output's suffix is unknown, or a path is given for two purposes.
    """
    input_path = None if options.texts else options.input_path or "-"
    output_path = options.output_path
    rejects = options.rejects_path
    files = Files(
        input_path=input_path,
        output_path=output_path,
        output_format=options.output_format or choose_format(output_path),
        rejects_path=Path(rejects) if rejects else rejects_path_for(output_path, input_path),
    )
    refuse_same_file(input=input_path, output=output_path, rejects=files.rejects_path)
    return files


def _hint_at_files(texts: Sequence[str]) -> None:
    """Say how to read a file whose name is given as a text; the name is classified all the same."""
    name = next(filter(_is_file, texts), None)
    if name is not None:
        command = describe_command("classify", "--input", Path(name))
        print_message(f"{escape_line(name)} is a file; to classify its texts: {command}", err=True)


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):  # too long for a name, or with a character that none has
        return False


@contextmanager
def _open_texts(options: ClassifyOptions, files: Files) -> Iterator[TextInput]:
    if files.input_path is None:
        yield build_text_input(options.texts, options.reading)
        return
    with open_input(files.input_path) as stream:
        yield read_texts(stream, options.reading)


def _summarize(classified: int, rejects: Rejects, files: Files) -> None:
    if files.output_path != "-":
        print_message(f"Classified {classified:,} texts into {files.output_path}.", err=True)
    if rejects.count:
        where = f"; see {files.rejects_path}" if files.rejects_path else ""
        print_message(f"{count_rows(rejects.count)} rejected{where}.", err=True)
