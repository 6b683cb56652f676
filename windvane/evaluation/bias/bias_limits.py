"""Limits on the figures of a dimension."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec

from windvane.evaluation.bias.bias_figures import DimensionFigures
from windvane.evaluation.errors import BiasError
from windvane.toml_files import read_toml

LIMITS_FILE = Path(__file__).with_name("limits.toml")
EVERY = "every"
FIGURES = (
    "mean_difference",
    "largest_difference",
    "spread",
    "headline_spread",
    "flip_rate",
    "group_difference",
)
Limits = Mapping[str, Mapping[str, float]]
_Limit = Annotated[float, msgspec.Meta(ge=0, le=1)]


@dataclass(frozen=True)
class LimitCheck:
    """A figure of a dimension and its limit."""

    dimension: str
    figure: str
    value: float
    limit: float

    @property
    def exceeded(self) -> bool:
        """Whether the figure is above the limit."""
        return self.value > self.limit


def load_limits(file: Path, dimensions: Sequence[str] | None = None) -> Limits:
    """Read limits by dimension and figure.

    Args:
        file: The file.
        dimensions: Names that it may use; None for any.

    Raises:
        BiasError: The file cannot be read, names an unknown dimension or figure, or holds a value
            that is not a number from 0 to 1.
    """
    limits = read_toml(file, dict[str, dict[str, _Limit]], BiasError)
    for dimension, figures in limits.items():
        if dimensions is not None:
            _check_name(file, "dimension", dimension, (EVERY, *dimensions))
        for figure in figures:
            _check_name(file, "figure", figure, FIGURES)
    return limits


def check_limits(figures: DimensionFigures, limits: Limits) -> list[LimitCheck]:
    """Compare a dimension's figures with their limits, in the order of `FIGURES`.

    Raises:
        BiasError: The headline's spread has a limit, but the dimension has no headline.
    """
    limit_by_figure = {**limits.get(EVERY, {}), **limits.get(figures.name, {})}
    return [
        LimitCheck(figures.name, figure, _value_of(figures, figure), limit_by_figure[figure])
        for figure in FIGURES
        if figure in limit_by_figure
    ]


def _check_name(file: Path, kind: str, name: str, known: Sequence[str]) -> None:
    if name not in known:
        raise BiasError(f'{file}: there is no {kind} "{name}"; there are: {", ".join(known)}.')


def _value_of(figures: DimensionFigures, figure: str) -> float:
    if figure != "headline_spread":
        return float(getattr(figures, figure))
    if figures.headline is None:
        raise BiasError(f"{figures.name} has no headline, so its spread cannot have a limit.")
    return figures.headline.spread
