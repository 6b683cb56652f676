"""The option's type of a baseline."""

from typing import Any

import click

VADER = "vader"


class BaselineType(click.Path):
    """The word vader, or a file of Naive Bayes."""

    def __init__(self) -> None:
        super().__init__(exists=True, dir_okay=False, path_type=str)

    def convert(
        self,
        value: Any,  # noqa: ANN401 - click's
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:  # noqa: ANN401 - click's
        """Leave the word as it is, and check the file."""
        return value if value == VADER else super().convert(value, param, ctx)
