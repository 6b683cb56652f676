"""Times on the command line."""

import re
import time
from collections.abc import Callable
from typing import Any

import click

_AGO = re.compile(r"(\d{1,5})([hd])", re.ASCII)
_UNIT_MS = {"h": 3_600_000, "d": 86_400_000}


class TimestampType(click.ParamType[int]):
    """A date, a date and time with its zone, or hours or days ago, as milliseconds since 1970."""

    name = "timestamp"

    def convert(
        self,
        value: Any,  # noqa: ANN401 - click's
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> int:
        """Parse a command line value."""
        from windvane.result_log.timestamps import parse_timestamp_ms

        if match := _AGO.fullmatch(str(value)):
            return time.time_ns() // 1_000_000 - int(match[1]) * _UNIT_MS[match[2]]
        try:
            return parse_timestamp_ms(str(value))
        except ValueError as error:
            self.fail(f"must be {error}, such as 2026-11-22; or 24h or 7d ago", param, ctx)


def period_options(default: str = "") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add ``--from`` and ``--to``, which the command gets as ``from_ms`` and ``to_ms``.

    Args:
        default: What the help says about a period without ``--from``; nothing where there is none.
    """
    start = click.option(
        "--from",
        "from_ms",
        type=TimestampType(),
        metavar="MOMENT",
        help="Only results at or after MOMENT: 2026-11-22, 2026-11-22T09:30Z, or 24h or 7d ago."
        + (f"  [default: {default}]" if default else ""),
    )
    end = click.option(
        "--to", "to_ms", type=TimestampType(), metavar="MOMENT", help="Only results before MOMENT."
    )
    return lambda command: start(end(command))
