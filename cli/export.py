"""``windvane export``: a checkpoint becomes a bundle."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.errors import CliError
from model_export.schemes import DEFAULT_SCHEME, SCHEMES

if TYPE_CHECKING:
    from model_export.parity import ParityReport

DEFAULT_CHECKPOINT = "checkpoint"
_TEXTS = Path(__file__).parents[1] / "model_export" / "texts"
_SCHEMES_HELP = "\n".join(f"  {name}: {scheme.help}" for name, scheme in SCHEMES.items())


@click.command(
    epilog="\b\nSchemes:\n" + _SCHEMES_HELP,
    help=f"""Convert a Hugging Face sequence classifier to a bundle, and prove what it lost.

    CHECKPOINT is a Hugging Face id or a local folder; by default the folder
    "{DEFAULT_CHECKPOINT}" here. The bundle's answers are compared with the checkpoint's in torch,
    and it is only written if no text's probabilities differ by more than the tolerance.
    """,
)
@click.argument("checkpoint", default=DEFAULT_CHECKPOINT)
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), required=True,
              help="Folder for the bundle.")  # fmt: skip
@click.option("--revision", help="Branch, tag or commit of a checkpoint on the hub.")
@click.option("--scheme", type=click.Choice(list(SCHEMES)), default=DEFAULT_SCHEME,
              show_default=True, help="How the weights are quantized; see below.")  # fmt: skip
@click.option("--texts", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              default=_TEXTS / "parity.txt", help="Texts to prove parity on, one a line.")  # fmt: skip
@click.option("--calibration", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              default=_TEXTS / "calibration.txt",
              help="Texts to fit the quantization to, one a line.")  # fmt: skip
@click.option("--tolerance", type=click.FloatRange(0, 1),
              help="Largest difference of a probability that passes; by default the scheme's.")  # fmt: skip
@click.option("--name", help="Name of the model; by default the checkpoint's.")
@click.option("--licence", default="", help="Licence of the checkpoint, such as Apache-2.0.")
@click.option("--overwrite", is_flag=True, help="Replace a bundle that is in the folder.")
def export(checkpoint: str, output: Path, **chosen: Any) -> None:  # noqa: ANN401  click's options
    """Export, then print the parity report."""
    if output.exists() and any(output.iterdir()) and not chosen["overwrite"]:
        raise CliError(f"{output} is not empty; name another folder or add --overwrite.")
    parity_texts, calibration_texts = (
        _read_texts(chosen["texts"]),
        _read_texts(chosen["calibration"]),
    )
    _require_torch()
    from rich.console import Console
    from rich.progress import Progress

    from model_export.checkpoint import load_checkpoint
    from model_export.export import ExportOptions, export_bundle

    loaded = load_checkpoint(checkpoint, chosen["revision"])
    options = ExportOptions(
        scheme=chosen["scheme"],
        name=chosen["name"],
        licence=chosen["licence"],
        parity_texts=parity_texts,
        calibration_texts=calibration_texts,
        tolerance=chosen["tolerance"],
    )
    with Progress(console=Console(stderr=True)) as progress:
        manifest, report = export_bundle(loaded, output, options, progress.track)
    _print_report(report)
    click.echo(f"{output}: {manifest.name} {manifest.version}, {chosen['scheme']}")


def _read_texts(path: Path) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise CliError(f"{path} is not UTF-8 text.") from error
    texts = [line for line in lines if line.strip()]
    if not texts:
        raise CliError(f"{path} holds no text; one a line is needed.")
    return texts


def _require_torch() -> None:
    try:
        import optimum.exporters.onnx  # noqa: F401  takes seconds
        import torch  # noqa: F401
    except ModuleNotFoundError as error:
        raise CliError(
            f"{error.name} is not installed; the export's packages come with: make setup-export"
        ) from error


def _print_report(report: "ParityReport") -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"Parity with the checkpoint on {report.texts} texts")
    for column in ("", "checkpoint in torch", "bundle"):
        table.add_column(column, justify="right" if column else "left")
    table.add_row("same label", "", f"{report.agreement:.2%}")
    table.add_row("largest probability gap", "", f"{report.largest_gap:.4f}")
    table.add_row("mean probability gap", "", f"{report.mean_gap:.4f}")
    table.add_row(
        "weights, MB", f"{report.before_bytes / 1e6:.1f}", f"{report.after_bytes / 1e6:.1f}"
    )
    table.add_row("one text, ms (median)", f"{report.before_ms:.2f}", f"{report.after_ms:.2f}")
    Console().print(table)
