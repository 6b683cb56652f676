"""``windvane export``: a checkpoint becomes a bundle."""

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from model_export.schemes import DEFAULT_SCHEME, SCHEMES
from windvane.cli.errors import CliError, file_errors
from windvane.rows.labelled_files import LABELLED_FILE, read_labelled_file
from windvane.rows.output_files import require_empty
from windvane.rows.rejects import Rejects

if TYPE_CHECKING:
    from rich.progress import Progress

    from model_export.checkpoint import Checkpoint
    from model_export.parity import ParityReport
    from windvane.inference.manifest import Manifest

DEFAULT_CHECKPOINT = "checkpoint"
TEXTS = Path(__file__).parents[3] / "model_export" / "texts"
PACKAGES = ("torch", "transformers", "optimum.exporters.onnx")
_TEXT_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


class ExportCommand(click.Command):
    """Ends its help with the schemes, as a list that is wrapped like the options."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list."""
        with formatter.section("Schemes"):
            formatter.write_dl([(name, scheme.help) for name, scheme in SCHEMES.items()])


@click.command(
    cls=ExportCommand,
    help=f"""Make a bundle of a Hugging Face sequence classifier, and prove what it lost.

    CHECKPOINT is a local folder or a Hugging Face id; without it, the folder
    "{DEFAULT_CHECKPOINT}" here is read. The bundle answers a set of texts beside the checkpoint in
    torch, and is only written if no probability differs by more than the tolerance.
    """,
)
@click.argument("checkpoint", required=False)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder for the bundle; it is made.",
)
@click.option("--overwrite", is_flag=True, help="Replace the bundle that is in the folder.")
@click.option("--revision", help="Branch, tag or commit of a checkpoint on the hub.")
@click.option(
    "--scheme",
    type=click.Choice(list(SCHEMES)),
    metavar="NAME",
    default=DEFAULT_SCHEME,
    show_default=True,
    help="How the weights are stored and multiplied; see below.",
)
@click.option(
    "--texts",
    type=_TEXT_FILE,
    default=TEXTS / "parity.txt",
    help="Texts to compare the answers on, one a line.  [default: a set of ours]",
)
@click.option(
    "--calibration",
    type=_TEXT_FILE,
    default=TEXTS / "calibration.txt",
    help="Texts to fit 8-bit weights to, one a line.  [default: a set of ours]",
)
@click.option(
    "--tolerance",
    type=click.FloatRange(0, 1),
    help="Largest difference of a probability that passes.  [default: the scheme's]",
)
@click.option(
    "--held-out",
    type=LABELLED_FILE,
    multiple=True,
    help="Labelled texts that training did not see, to fit the temperature to, so that a score "
    "says how often the label is right: FILE[,column=NAME][,map=five][,ignore=neutral]. May be "
    "repeated.",
)
@click.option("--name", help="Name of the model.  [default: the checkpoint's]")
@click.option("--licence", default="", help="Licence of the checkpoint, such as Apache-2.0.")
def export(checkpoint: str | None, output: Path, **chosen: Any) -> None:  # noqa: ANN401  click's options
    """Export, then print the parity report."""
    source = checkpoint or _find_default_checkpoint()
    with file_errors():
        _require_free(output, overwrite=chosen["overwrite"])
        parity_texts = _read_texts(chosen["texts"])
        calibration_texts = _read_texts(chosen["calibration"])
    from rich.console import Console
    from rich.progress import Progress

    with file_errors(), Progress(console=Console(stderr=True)) as progress:
        loaded = _load(source, chosen["revision"], progress)
        labels = list(loaded.id2label.values())
        from model_export.export import ExportOptions, export_bundle

        options = ExportOptions(
            parity_texts=parity_texts,
            calibration_texts=calibration_texts,
            scheme=chosen["scheme"],
            name=chosen["name"],
            licence=chosen["licence"],
            tolerance=chosen["tolerance"],
            held_out=[
                read_labelled_file(file, labels, Rejects(None, file.path))
                for file in chosen["held_out"]
            ],
        )
        manifest, report = export_bundle(loaded, output, options, progress.track)
    _print_report(report)
    _print_calibration(manifest)
    click.echo(f"{output}: {manifest.name} {manifest.version}, {manifest.quantization}")


def _find_default_checkpoint() -> str:
    if not Path(DEFAULT_CHECKPOINT).is_dir():
        raise CliError(
            f'There is no folder "{DEFAULT_CHECKPOINT}" here; give the checkpoint to export, '
            "a folder or a Hugging Face id."
        )
    return DEFAULT_CHECKPOINT


def _require_free(output: Path, *, overwrite: bool) -> None:
    """Refuse an output that is in use, before the long work."""
    from windvane.facts import MANIFEST_FILE
    from windvane.inference.bundle import CONTENT_FILES

    names = {path.name for path in output.iterdir()} if output.exists() else set()
    strangers = sorted(names - {*CONTENT_FILES, MANIFEST_FILE})
    if not overwrite:
        require_empty(output)
    if strangers:
        raise CliError(
            f'{output} holds "{strangers[0]}", which is no file of a bundle; name another folder.'
        )


def _read_texts(path: Path) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise CliError(f"{path} is not UTF-8 text.") from error
    texts = [line for line in lines if line.strip()]
    if not texts:
        raise CliError(f"{path} holds no text; one a line is needed.")
    return texts


def _load(source: str, revision: str | None, progress: "Progress") -> "Checkpoint":
    """Load the checkpoint; importing torch alone takes seconds."""
    task = progress.add_task("Loading the checkpoint", total=None)
    _require_packages()
    from model_export.checkpoint import load_checkpoint

    loaded = load_checkpoint(source, revision)
    progress.update(task, total=1, completed=1)
    return loaded


def _require_packages() -> None:
    try:
        for package in PACKAGES:
            importlib.import_module(package)
    except ModuleNotFoundError as error:
        missing = (error.name or "A package").partition(".")[0]
        raise CliError(
            f"{missing} is not installed; the export's packages come with: make setup-export"
        ) from error


def _print_calibration(manifest: "Manifest") -> None:
    for file in manifest.evaluation.get("calibration", []):
        click.echo(
            f"{file['file']}: calibration error {file['ece_before']:.3f}, "
            f"{file['ece']:.3f} with the temperature of {manifest.temperature:g}"
        )


def _print_report(report: "ParityReport") -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"Parity with the checkpoint on {report.texts} texts")
    for column in ("", "checkpoint in torch", "bundle"):
        table.add_column(column, justify="right" if column else "left")
    table.add_row("same label", "", f"{report.agreement:.2%}")
    table.add_row("largest probability gap", "", f"{report.largest_gap:.2g}")
    table.add_row("mean probability gap", "", f"{report.mean_gap:.2g}")
    table.add_row(
        "weights, MB", f"{report.before_bytes / 1e6:.1f}", f"{report.after_bytes / 1e6:.1f}"
    )
    table.add_row("one text, ms (median)", f"{report.before_ms:.2f}", f"{report.after_ms:.2f}")
    Console().print(table)
