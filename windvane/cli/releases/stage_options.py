"""Options that name a deployed stage and the AWS account that it is in."""

import re
from collections.abc import Callable

import click

Command = Callable[..., None]

_STAGE_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")


def check_stage(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    """Check that an option may be the name of a stage.

    Raises:
        BadParameter: It may not.
    """
    if value is not None and not _STAGE_NAME.fullmatch(value):
        raise click.BadParameter("name a stage with a file in stages/, such as dev or prod")
    return value


region_option = click.option(
    "--region",
    metavar="NAME",
    help="AWS region of the stack.  [default: AWS_REGION, else the profile's]",
)
profile_option = click.option(
    "--profile",
    metavar="NAME",
    help="Profile of the AWS configuration.  [default: AWS_PROFILE]",
)


def aws_options(command: Command) -> Command:
    """Add the options for the stage, the region and the credentials."""
    stage_option = click.option(
        "--stage",
        required=True,
        callback=check_stage,
        metavar="dev|prod",
        help="Stage that was deployed; its stack is windvane-STAGE.",
    )
    return stage_option(region_option(profile_option(command)))
