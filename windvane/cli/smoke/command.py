"""The options of ``windvane smoke``."""

import re
from typing import TYPE_CHECKING, Any

import click

from windvane.cli.finite_range import FiniteRange
from windvane.cli.releases.stage_options import check_stage, profile_option, region_option
from windvane.cli.smoke.expectation import DEFAULT_LABEL, DEFAULT_TEXT

if TYPE_CHECKING:
    from windvane.cli.smoke.target import Target

STEP_FAILED = 1
"""Exit code of a test in which a step failed."""

LONGEST_INTERVAL_SECONDS = 3600
LONGEST_TEST_MINUTES = 10_080

_KEY = re.compile(r"[!-~]{1,128}")
_TOKEN = re.compile(r"[!-~]{1,4096}")
"""Cognito's tokens have one or two thousand characters."""


def _check_key(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    if value is not None and not _KEY.fullmatch(value):
        raise click.BadParameter("a key has 1 to 128 visible ASCII characters")
    return value


def _check_token(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    if value is not None and not _TOKEN.fullmatch(value):
        raise click.BadParameter("a token has 1 to 4096 visible ASCII characters")
    return value


@click.command()
@click.option(
    "--url",
    metavar="URL",
    help="Address of the service, such as http://127.0.0.1:8080.  [default: the stage's]",
)
@click.option(
    "--stage",
    callback=check_stage,
    metavar="dev|prod",
    help="Deployed stage, whose stack, windvane-STAGE, names address and key.",
)
@region_option
@profile_option
@click.option(
    "--key",
    envvar="WINDVANE_SMOKE_KEY",
    callback=_check_key,
    metavar="KEY",
    help="API key; other users of this machine can see options, but not variables.  [default: "
    "WINDVANE_SMOKE_KEY, else the stage's]",
)
@click.option(
    "--token",
    envvar="WINDVANE_SMOKE_TOKEN",
    callback=_check_token,
    metavar="TOKEN",
    help="Token of a Cognito user, for a stage whose callers are users; a stage whose callers sign "
    "is found by --stage.  [default: WINDVANE_SMOKE_TOKEN]",
)
@click.option(
    "--text", default=DEFAULT_TEXT, show_default=True, help="Text to classify, in one request."
)
@click.option(
    "--label",
    metavar="LABEL",
    help=f"Label that the text has to get.  [default: {DEFAULT_LABEL}, if text and model are the "
    "usual; else any]",
)
@click.option(
    "--model",
    metavar="VERSION",
    help="Version of the bundle, or NAME@VERSION, that has to answer.  [default: any]",
)
@click.option(
    "--every",
    type=FiniteRange(0.1, LONGEST_INTERVAL_SECONDS),
    metavar="SECONDS",
    help="Repeat until Ctrl-C, and end with a summary.",
)
@click.option(
    "--for",
    "minutes",
    type=FiniteRange(0, LONGEST_TEST_MINUTES, min_open=True),
    metavar="MINUTES",
    help="With --every: end after this time.",
)
@click.option("--json", "as_json", is_flag=True, help="Write JSON; with --every a line a round.")
@click.pass_context
def smoke(ctx: click.Context, /, **options: Any) -> None:  # noqa: ANN401 - one type each
    """Ask a running service as a client does, and say whether it works.

    Asks for its health; sends a request without a key, which has to be refused; classifies a text;
    reads the result, deletes it, and looks for it in vain. Ends with 1 if a step fails.
    """
    from windvane.cli.smoke.expectation import Expectation
    from windvane.cli.smoke.run import Schedule, run_smoke

    _check_together(ctx, options)
    target = _find_target(options)
    expectation = Expectation(
        **{name: options[name] for name in ("text", "label", "model")},
        must_record=target.must_record,
    )
    every, minutes = options["every"], options["minutes"]
    schedule = None if every is None else Schedule(every_seconds=every, for_minutes=minutes)
    if not run_smoke(target, expectation, schedule, as_json=options["as_json"]):
        ctx.exit(STEP_FAILED)


def _check_together(ctx: click.Context, options: dict[str, Any]) -> None:
    """Check which options are given.

    Raises:
        UsageError: Options exclude or need each other.
    """
    if options["url"] is None and options["stage"] is None:
        raise click.UsageError("Give --url or --stage.", ctx)
    if options["stage"] is None and (options["region"] or options["profile"]):
        raise click.UsageError("--region and --profile go with --stage.", ctx)
    if options["minutes"] is not None and options["every"] is None:
        raise click.UsageError("--for goes with --every.", ctx)


def _find_target(options: dict[str, Any]) -> "Target":
    # boto3 takes long to import, and an address needs none of it.
    from windvane.cli.smoke.authorization import UserToken
    from windvane.cli.smoke.target import Target

    token = options["token"]
    given = Target(
        url=options["url"] or "",
        key=options["key"],
        authorization=None if token is None else UserToken(token),
    )
    if options["stage"] is None:
        return given
    from windvane.cli.smoke.deployed_target import find_stage

    return find_stage(*(options[name] for name in ("stage", "region", "profile")), given=given)
