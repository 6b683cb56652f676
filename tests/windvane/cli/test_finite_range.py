"""Every number with bounds on the command line is a finite one."""

from collections.abc import Iterator

import click
import pytest

from windvane.cli.finite_range import FiniteRange
from windvane.cli.main import windvane


def list_options(command: click.Command, ctx: click.Context) -> Iterator[click.Parameter]:
    """List the options of a command and of those below it."""
    yield from command.params
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            found = command.get_command(ctx, name)
            assert found
            yield from list_options(found, ctx)


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1.5", "none"])
def test_finite_range_refuses_what_is_no_number_within_it(value: str) -> None:
    with pytest.raises(click.BadParameter):
        FiniteRange(0, 1).convert(value, None, None)


def test_finite_range_without_an_upper_bound_ends_before_infinity() -> None:
    bound = FiniteRange(0, min_open=True)

    assert bound.convert("1e300", None, None) == 1e300
    with pytest.raises(click.BadParameter, match="finite"):
        bound.convert("inf", None, None)


def test_no_option_accepts_nan() -> None:
    types = [option.type for option in list_options(windvane, click.Context(windvane))]

    floats = [each for each in types if isinstance(each, click.types.FloatParamType)]
    assert floats
    assert all(isinstance(each, FiniteRange) for each in floats)
