"""Runs ``windvane language``."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from windvane.cli.errors import CliError, file_errors
from windvane.cli.messages import print_message
from windvane.cli.output_files import require_bundle_folder
from windvane.cli.packages import require_packages
from windvane.inference.bundle import Bundle, load_bundle
from windvane.rows.byte_source import open_input
from windvane.rows.file_reader import read_texts
from windvane.rows.reading import Reading
from windvane.rows.rejects import Rejects, filter_rows
from windvane.rows.text_input import batch_records


@dataclass(frozen=True, kw_only=True)
class LanguageOptions:
    """The options of the command, under the names of their parameters."""

    bundle: Path
    output: Path
    overwrite: bool
    own_files: Sequence[Path]
    other_files: Sequence[Path]
    reading: Reading
    language: str | None


def run_language(options: LanguageOptions) -> None:
    """Write the new bundle, and print what was measured.

    Raises:
        CliError: A file or the output folder cannot be used, the language is not known, or a
            package is missing.
        BundleError: The bundle cannot be used.
        RowsError: A file is not of its format.
        TrainingError: There are too few texts.
    """
    require_packages("evaluate", "sklearn", "scipy")
    from windvane.training.language_bundle import add_language_test

    with file_errors():
        require_bundle_folder(options.output, overwrite=options.overwrite)
        bundle = load_bundle(options.bundle)
        language = options.language or _find_language(bundle)
        own = _read(options.own_files, options.reading)
        other = _read(options.other_files, options.reading)
        manifest = add_language_test(bundle, options.output, language, own, other)
    Console().print(_build_table(manifest.evaluation["language"], language))
    print_message(f"{options.output}: {manifest.name} {manifest.version}")


def _find_language(bundle: Bundle) -> str:
    languages = bundle.manifest.languages or []
    if len(languages) != 1:
        named = ", ".join(languages) or "none"
        raise CliError(f"The bundle's languages are: {named}. Name one with --language.")
    return languages[0]


def _read(paths: Sequence[Path], reading: Reading) -> list[str]:
    texts = []
    for path in paths:
        rejects = Rejects(None, str(path))
        with open_input(str(path)) as stream:
            content = read_texts(stream, reading)
            rejects.report_reading(content.note)
            for batch in batch_records(content.records):
                texts += [row.text for row in filter_rows(batch, rejects, lambda _row: None)]
    return texts


def _build_table(report: dict[str, Any], language: str) -> Table:
    table = Table(title="Held-out texts")
    for column in ("", "texts", f'"{language}"', '"other"', "undecided"):
        table.add_column(column, justify="right" if column else "left")
    for name, rates in ((language, report["own"]), ("other languages", report["other"])):
        shares = [rates["own"], rates["other"]]
        shares.append(abs(1 - sum(shares)))  # a rounding error would be -0.00 %
        table.add_row(name, f"{rates['texts']:,}", *(f"{share:.2%}" for share in shares))
    return table
