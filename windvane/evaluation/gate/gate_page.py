"""The page of a comparison, as HTML or Markdown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from windvane.evaluation.figure_table import FigureTable
from windvane.evaluation.gate.gate_checks import GateCheck
from windvane.evaluation.gate.gate_tables import checks_table, figures_table
from windvane.evaluation.gate.model_comparison import ModelComparison
from windvane.evaluation.markdown_table import escape_markdown, to_markdown
from windvane.evaluation.report.page_templates import render_template
from windvane.evaluation.report.svg_drawing import ACCENT, QUIET, WARN, draw_rows


@dataclass(frozen=True, kw_only=True)
class GatePage:
    """What the page shows.

    Attributes:
        comparison: Figures of both models.
        checks: What the gate decided.
        gate: Name of the gate file.
        warnings: Sentences about evaluation files that a model was fitted to.
        notes: Further tables by heading, such as the data of a retraining.
    """

    comparison: ModelComparison
    checks: Sequence[GateCheck]
    gate: str
    warnings: Sequence[str] = ()
    notes: Mapping[str, FigureTable] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Name of the model and both versions."""
        champion, challenger = self.comparison.manifests.both()
        return f"{challenger.name}: {challenger.version} beside {champion.version}"

    @property
    def verdict(self) -> str:
        """One sentence about the gate."""
        broken = sum(not check.kept for check in self.checks)
        if broken:
            return f"The challenger breaks {broken} of {len(self.checks)} limits of {self.gate}."
        return f"The challenger keeps all {len(self.checks)} limits of {self.gate}."

    @property
    def is_kept(self) -> bool:
        """Whether the challenger keeps every limit."""
        return all(check.kept for check in self.checks)

    def sections(self) -> dict[str, FigureTable]:
        """Build a table of figures for each table of the gate file."""
        figures = self.comparison.figures()
        return {
            table: figures_table(group)
            for table, group in groupby(figures, key=lambda figure: figure.table)
        }


def build_gate_page(page: GatePage) -> str:
    """Build the HTML, which needs no other file and holds no text of the data.

    Raises:
        ModuleNotFoundError: matplotlib or jinja2 is not installed.
    """
    return render_template(
        "gate/gate_page.html.j2",
        title=page.title,
        page=page,
        checks=checks_table(page.checks),
        picture=_plot_gains(page.comparison),
    )


def build_gate_markdown(page: GatePage) -> str:
    """Build the same in Markdown, for a summary on GitHub; without the picture."""
    parts = [f"# {page.title}", page.verdict, *map(escape_markdown, page.warnings)]
    parts.append(to_markdown(checks_table(page.checks)))
    for heading, table in {**page.notes, **page.sections()}.items():
        parts += [f"## {escape_markdown(heading)}", to_markdown(table)]
    return "\n\n".join(parts) + "\n"


def _plot_gains(comparison: ModelComparison) -> str:
    """Draw the gain of accuracy on each file with its 95 % interval."""
    rivals = {table: figures.rivals[0] for table, figures in comparison.files.items()}

    def paint(axes: Any) -> None:  # noqa: ANN401 - matplotlib is imported when it is drawn
        axes.axvline(0, color=QUIET, linewidth=0.8, linestyle="--")
        for row, rival in enumerate(rivals.values()):
            low, high = (100 * bound for bound in rival.gain_interval)
            colour = WARN if high < 0 else ACCENT
            axes.plot([low, high], [row, row], color=colour, linewidth=2)
            axes.plot([100 * rival.gain], [row], "o", color=colour)
        axes.set_xlabel("accuracy gained, % of the texts, with 95 % interval")

    return draw_rows("gains", list(rivals), paint)
