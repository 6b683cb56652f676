"""A time on the command line."""

import re
import time
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
