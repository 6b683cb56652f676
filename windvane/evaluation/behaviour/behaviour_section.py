"""The behaviour section of the evaluation page: a bar chart and the cases that failed."""

from collections.abc import Sequence
from dataclasses import dataclass

from windvane.evaluation.behaviour.behaviour_figures import (
    BehaviourFigures,
    CapabilityFigures,
    FailedCase,
)
from windvane.evaluation.behaviour.behaviour_table import build_behaviour_table
from windvane.evaluation.behaviour.suite import KINDS
from windvane.evaluation.report.page_templates import render_template

_ROW_HEIGHT = 26
_BAR_START, _BAR_LENGTH = 190, 480
_TICKS = (0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Segment:
    """A segment of a bar: the failures of one kind of test, in units of the SVG."""

    kind: str
    start: float
    length: float
    title: str


@dataclass(frozen=True)
class Bar:
    """The bar of one capability."""

    name: str
    top: int
    segments: tuple[Segment, ...]
    text: str


def build_behaviour_section(figures: BehaviourFigures) -> str:
    """Build a ``<section>`` that brings its own style.

    Raises:
        ModuleNotFoundError: jinja2 is not installed.
    """
    return render_template(
        "behaviour/behaviour_section.html.j2",
        figures=figures,
        table=build_behaviour_table(figures),
        kinds=KINDS,
        bars=build_bars(figures.capabilities),
        height=_ROW_HEIGHT * len(figures.capabilities),
        bar_start=_BAR_START,
        bar_length=_BAR_LENGTH,
        ticks=_TICKS,
        failed_by_test=failed_by_test,
    )


def build_bars(capabilities: Sequence[CapabilityFigures]) -> list[Bar]:
    """Build a bar per capability, the highest failure rate first."""
    ordered = sorted(capabilities, key=lambda figures: -figures.failure_rate)
    return [_build_bar(figures, row * _ROW_HEIGHT) for row, figures in enumerate(ordered)]


def failed_by_test(capability: CapabilityFigures) -> dict[tuple[str, str], list[FailedCase]]:
    """Group the failed cases by kind and name of their test, in the order of the file."""
    groups: dict[tuple[str, str], list[FailedCase]] = {}
    for failed in capability.failed:
        groups.setdefault((failed.kind, failed.test), []).append(failed)
    return groups


def _build_bar(figures: CapabilityFigures, top: int) -> Bar:
    segments: list[Segment] = []
    start = float(_BAR_START)
    for kind in figures.kinds:
        length = _BAR_LENGTH * kind.failures / figures.cases
        title = f"{kind.kind}: {kind.failures} of {kind.cases} failed"
        segments.append(Segment(kind.kind, start, length, title))
        start += length
    text = f"{100 * figures.failure_rate:.0f} % · {len(figures.failed)} of {figures.cases}"
    return Bar(figures.name, top, tuple(segments), text)
