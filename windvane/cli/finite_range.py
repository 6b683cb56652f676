"""A number within bounds on the command line."""

import math
from typing import Any

import click


class FiniteRange(click.FloatRange):
    """A range that NaN and infinity are outside of; click's own accepts NaN with any bounds."""

    def convert(
        self,
        value: Any,  # noqa: ANN401 - click's
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> float:
        """Parse a command line value."""
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail("a number is finite", param, ctx)
        return number
