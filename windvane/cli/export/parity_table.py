"""The parity report as a table for the terminal."""

from typing import TYPE_CHECKING

from rich.table import Table

if TYPE_CHECKING:
    from model_export.parity import ParityReport


def build_parity_table(report: "ParityReport") -> Table:
    """Lay the report out with a column for the checkpoint and one for the bundle."""
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
    return table
