"""Runs ``windvane export``."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import Progress

from windvane.cli.errors import CliError, file_errors
from windvane.cli.export.parity_table import build_parity_table
from windvane.cli.messages import print_message
from windvane.cli.output_files import require_bundle_folder
from windvane.cli.packages import require_packages
from windvane.cli.text_files import read_texts
from windvane.rows.labelled_files import LabelledFile, read_labelled_file
from windvane.rows.labelled_set import LabelledSet
from windvane.rows.reading import Reading
from windvane.rows.rejects import Rejects

if TYPE_CHECKING:
    from model_export.checkpoint import Checkpoint
    from windvane.inference.manifest import Manifest

_DEFAULT_CHECKPOINT = "checkpoint"
_PACKAGES = ("torch", "transformers", "optimum.exporters.onnx")


@dataclass(frozen=True, kw_only=True)
class ExportArguments:
    """Values of the command's options.

    Attributes:
        checkpoint: Folder or Hugging Face id; by default the folder "checkpoint".
        output: Folder for the bundle.
        overwrite: Whether an older bundle in the folder is replaced.
        revision: Branch, tag or commit on the hub.
        scheme: Name of the quantization scheme.
        parity_texts: File with the texts of the parity check.
        activation_texts: File with the texts that int8 ranges and rounding are fitted to.
        tolerance: Largest gap of a probability that passes; by default the scheme's.
        held_out: Labelled files to fit the temperature to.
        reading: How the held-out files are read.
        name: Name of the model; by default the checkpoint's.
        licence: SPDX identifier of the checkpoint's licence.
        languages: Tags of the languages that the model reads.
        normalization: Name of the rules put around the tokenizer's own normalizer.
        window_tokens: Most tokens of a window; None for as many as the checkpoint reads.
    """

    checkpoint: str | None
    output: Path
    overwrite: bool
    revision: str | None
    scheme: str
    parity_texts: Path
    activation_texts: Path
    tolerance: float | None
    held_out: Sequence[LabelledFile]
    reading: Reading
    name: str | None
    licence: str
    languages: Sequence[str]
    normalization: str
    window_tokens: int | None


def run_export(arguments: ExportArguments) -> None:
    """Export, and print the parity report.

    Raises:
        CliError: A file or the output folder cannot be used, or a package is missing.
        ExportError: The checkpoint cannot be exported, or its bundle fails the parity check.
    """
    source = arguments.checkpoint or _find_default_checkpoint()
    with file_errors():
        require_bundle_folder(arguments.output, overwrite=arguments.overwrite)
        parity_texts = read_texts(arguments.parity_texts)
        activation_texts = read_texts(arguments.activation_texts)

    with file_errors(), Progress(console=Console(stderr=True)) as progress:
        checkpoint = _load(source, arguments.revision, progress)
        labels = list(checkpoint.id2label.values())
        from model_export.export import ExportOptions, export_bundle

        options = ExportOptions(
            parity_texts=parity_texts,
            activation_texts=activation_texts,
            scheme=arguments.scheme,
            name=arguments.name,
            licence=arguments.licence,
            languages=arguments.languages,
            tolerance=arguments.tolerance,
            normalization=arguments.normalization,
            window_tokens=arguments.window_tokens,
            held_out=[_read_held_out(file, arguments, labels) for file in arguments.held_out],
        )
        manifest, report = export_bundle(checkpoint, arguments.output, options, progress.track)
    Console().print(build_parity_table(report))
    _print_calibration(manifest)
    print_message(
        f"{arguments.output}: {manifest.name} {manifest.version}, {manifest.quantization}"
    )


def _read_held_out(
    file: LabelledFile, arguments: ExportArguments, labels: Sequence[str]
) -> LabelledSet:
    described = replace(file, reading=arguments.reading)
    return read_labelled_file(described, labels, Rejects(None, file.path))


def _find_default_checkpoint() -> str:
    if not Path(_DEFAULT_CHECKPOINT).is_dir():
        raise CliError(
            f'There is no folder "{_DEFAULT_CHECKPOINT}" here; give the checkpoint to export, '
            "a folder or a Hugging Face id."
        )
    return _DEFAULT_CHECKPOINT


def _load(source: str, revision: str | None, progress: Progress) -> "Checkpoint":
    """Load the checkpoint; importing torch alone takes seconds."""
    task = progress.add_task("Loading the checkpoint", total=None)
    require_packages("export", *_PACKAGES)
    from model_export.checkpoint import load_checkpoint

    checkpoint = load_checkpoint(source, revision)
    progress.update(task, total=1, completed=1)
    return checkpoint


def _print_calibration(manifest: "Manifest") -> None:
    for file in manifest.evaluation.get("calibration", []):
        print_message(
            f"{file['file']}: calibration error {file['ece_before']:.3f}, "
            f"{file['ece']:.3f} with the temperature of {manifest.temperature:g}"
        )
