"""The run behind ``windvane classify``: block by block from input to output."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from windvane import load_classifier
from windvane.cli.classify.output_formats import build_output, format_for
from windvane.cli.errors import file_errors
from windvane.cli.output_files import open_output, refuse_same_file, rejects_path_for
from windvane.cli.progress import progress_bar
from windvane.rows.file_formats import FileFormat
from windvane.rows.lines import open_input
from windvane.rows.rejects import Rejects, count_rows, good_rows, open_rejects
from windvane.rows.texts import TextInput, blocks, format_of, given_texts, read_texts


@dataclass(frozen=True, kw_only=True)
class ClassifyOptions:
    """The options of the command; ``-`` is stdin or stdout, None leaves a choice to the run."""

    texts: tuple[str, ...]
    input_path: str | None
    input_format: FileFormat | None
    text_column: str
    output_path: str
    output_format: str | None
    rejects_path: str | None
    bundle: str | None
    threads: int | None


@dataclass(frozen=True, kw_only=True)
class Files:
    """What a run reads and writes, all choices made."""

    input_path: str | None
    input_format: FileFormat
    output_path: str
    output_format: str
    rejects_path: Path | None

    @property
    def shows_progress(self) -> bool:
        """Whether a bar is of use: not when the rows themselves run over the terminal."""
        return self.input_path is not None and not (self.output_path == "-" and sys.stdout.isatty())


def run_classification(options: ClassifyOptions) -> int:
    """Classify what the options name and say on stderr how it went.

    Returns:
        How many rows were rejected.

    Raises:
        CliError: A file cannot be read or written, or is not what it was said to be.
        InferenceError: The bundle cannot be used.
        SettingsError: A variable of the environment holds a value that is not allowed.
    """
    files = choose_files(options)
    with file_errors(), ExitStack() as stack:
        texts = stack.enter_context(_open_texts(options, files))
        classifier = stack.enter_context(load_classifier(options.bundle, threads=options.threads))
        stream = stack.enter_context(open_output(files.output_path))
        rejects = stack.enter_context(open_rejects(files.rejects_path))
        output = build_output(files.output_format, stream, classifier.labels, texts.columns)
        for name, new_name in output.renamed.items():
            click.echo(f'The input has a column "{name}"; ours is "{new_name}".', err=True)
        advance = stack.enter_context(progress_bar(texts.total_bytes, shown=files.shows_progress))
        classified = 0
        for block in blocks(texts.records):
            rows = good_rows(block, rejects, output.misfit)
            output.write(rows, classifier.classify([row.text for row in rows]))
            classified += len(rows)
            advance(texts.bytes_read, classified)
    _summarize(classified, rejects, files)
    return rejects.count


def choose_files(options: ClassifyOptions) -> Files:
    """Settle names and formats that were left open.

    Raises:
        CliError: A name does not tell the format, or is given for two purposes.
    """
    input_path = None if options.texts else options.input_path or "-"
    input_format = options.input_format or (format_of(input_path) if input_path else "text")
    output_path = options.output_path
    rejects = options.rejects_path
    files = Files(
        input_path=input_path,
        input_format=input_format,
        output_path=output_path,
        output_format=options.output_format
        or format_for(output_path, input_format, to_terminal=sys.stdout.isatty()),
        rejects_path=Path(rejects) if rejects else rejects_path_for(output_path, input_path),
    )
    refuse_same_file(input=input_path, output=output_path, rejects=files.rejects_path)
    return files


@contextmanager
def _open_texts(options: ClassifyOptions, files: Files) -> Iterator[TextInput]:
    if files.input_path is None:
        yield given_texts(options.texts, options.text_column)
        return
    with open_input(files.input_path) as stream:
        yield read_texts(stream, files.input_format, options.text_column)


def _summarize(classified: int, rejects: Rejects, files: Files) -> None:
    if files.output_path != "-":
        click.echo(f"Classified {classified:,} texts into {files.output_path}.", err=True)
    if rejects.count:
        where = f"; see {files.rejects_path}" if files.rejects_path else ""
        click.echo(f"{count_rows(rejects.count)} rejected{where}.", err=True)
