"""The options of ``windvane monitor``."""

import re
from pathlib import Path
from typing import Any

import click

from windvane.cli.options import bundle_option, json_option, reading_options, threads_option
from windvane.cli.result_log_uri import result_log_option
from windvane.cli.timestamp_type import period_options
from windvane.rows.reading import Reading

LIMIT_EXCEEDED = 1
"""Exit code of a complete run whose records exceed a limit."""

# \b keeps click from filling the lines.
EXAMPLES = """\b
Examples:
  windvane monitor --from 24h
  windvane monitor --result-log dynamodb://TABLE --from 7d --report drift.html
  windvane monitor --file day.jsonl --limits limits.toml --json
  windvane monitor profile my-bundle held-out.jsonl
"""
PROFILE_EXAMPLES = """\b
Examples:
  windvane monitor profile my-bundle held-out.jsonl
  windvane monitor profile my-bundle held-out.csv --text-column review --part 1/2
"""
_PART = re.compile(r"(\d{1,4})/(\d{1,4})", re.ASCII)


class PartType(click.ParamType[tuple[int, int]]):
    """A part of a file, such as 1/2: every second text from the first."""

    name = "part"

    def convert(
        self,
        value: Any,  # noqa: ANN401 - click's
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[int, int]:
        """Parse a command line value."""
        match = _PART.fullmatch(str(value))
        place, parts = (int(match[1]), int(match[2])) if match else (0, 0)
        if not 1 <= place <= parts:
            self.fail("must be K/N with K from 1 to N, such as 1/2", param, ctx)
        return place, parts


@click.group(invoke_without_command=True, epilog=EXAMPLES)
@bundle_option
@result_log_option
@click.option(
    "--file",
    "file",
    metavar="FILE",
    help="Read FILE, which `windvane results export --no-texts` wrote, not a log; - is stdin.",
)
@period_options()
@click.option(
    "--any-model",
    is_flag=True,
    help="Compare the results of all models and versions, not only of the bundle's.",
)
@click.option(
    "--limits",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="TOML file of limits.  [default: the shipped limits.toml, which describes the format]",
)
@click.option(
    "--report",
    metavar="FILE",
    help="Write a page with pictures and every figure; needs no network.",
)
@json_option
@click.pass_context
def monitor(ctx: click.Context, /, **options: Any) -> None:  # noqa: ANN401 - one type each
    """Compare recorded results with the bundle's reference profile.

    Each feature's distribution is compared by the population stability index (psi) and the
    Jensen-Shannon distance (js): label, score, tokens, characters per token, share of unknown
    tokens, and language. So are the share of the most frequent text and that of corrections.

    Ends with 1 if a figure is above its limit with its whole 95 % interval.
    """
    if ctx.invoked_subcommand is not None:
        return
    from windvane.cli.monitor.run import MonitorOptions, run_monitor

    if run_monitor(MonitorOptions(**options)):
        ctx.exit(LIMIT_EXCEEDED)


@monitor.command(epilog=PROFILE_EXAMPLES)
@click.argument("bundle", metavar="BUNDLE")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE...",
)
@reading_options
@click.option(
    "--part",
    type=PartType(),
    metavar="K/N",
    help="Take every Nth text of each file, from the Kth: the others can try the limits.",
)
@threads_option
def profile(
    bundle: str,
    files: tuple[str, ...],
    part: tuple[int, int] | None,
    threads: int | None,
    reading: Reading,
) -> None:
    """Write the reference profile of held-out texts into the manifest of BUNDLE, a folder.

    The texts should be like those that the model is meant for, and not be of its training data.
    They need no label. A few thousand are good; 100 is the least.
    """
    from windvane.cli.monitor.profile_run import ProfileOptions, run_profile

    run_profile(
        ProfileOptions(
            bundle=Path(bundle), files=files, reading=reading, part=part, threads=threads
        )
    )
