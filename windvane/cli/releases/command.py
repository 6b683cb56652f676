"""The options of ``windvane releases``."""

from typing import Any

import click

from windvane.cli.options import json_option
from windvane.cli.releases.stage_options import aws_options
from windvane.cli.timestamp_type import period_options


@click.group()
def releases() -> None:
    """List, roll back, retire and compare what make deploy has released.

    Each make deploy publishes a version of the Lambda function, which pins its code, its settings
    and its bundle. The alias live says which version answers.
    """


@releases.command(name="list")
@aws_options
@json_option
def list_releases(as_json: bool, **account: Any) -> None:  # noqa: ANN401 - options of the account
    """List the versions, newest first, with their share of the requests.

    "bundle is" says whether a version can be moved to: in S3; retired, and from when on it cannot;
    or gone.
    """
    from windvane.cli.releases.aws_access import open_aws
    from windvane.cli.releases.listing import print_releases, read_releases

    stage = account.pop("stage")
    with open_aws(**account) as aws:
        listing = read_releases(aws, stage)
    print_releases(listing, as_json=as_json)


@releases.command()
@aws_options
@click.option(
    "--to",
    type=click.IntRange(min=1),
    metavar="VERSION",
    help="Version to move to.  [default: the one before the current one]",
)
@click.option("--yes", is_flag=True, help="Skip the confirmation.")
def rollback(to: int | None, yes: bool, **account: Any) -> None:  # noqa: ANN401 - as above
    """Let an earlier version answer, with its code, its settings and its bundle.

    Moves the alias live at once, after checking that the version's bundle is still there. Refuses
    while a deployment runs.
    """
    from windvane.cli.releases.aws_access import open_aws
    from windvane.cli.releases.rolling_back import plan_rollback, roll_back

    stage = account.pop("stage")
    with open_aws(**account) as aws:
        plan = plan_rollback(aws, stage, to)
        click.echo(plan.describe())
        if not yes:
            click.confirm("Move it?", abort=True)
        roll_back(aws, plan)
    click.echo(plan.describe_check())


@releases.command()
@aws_options
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    default=3,
    show_default=True,
    metavar="N",
    help="Keep the bundles of the newest N versions.",
)
@click.option("--dry-run", is_flag=True, help="Print what would be done, and change nothing.")
def retire(keep: int, dry_run: bool, **account: Any) -> None:  # noqa: ANN401 - as above
    """Let S3 delete the bundles that are not needed for a rollback.

    Needed are the bundles of the versions that live points at and of the newest N. S3 deletes any
    other 90 days after this command first retired it; a bundle that is needed again, because N is
    larger now, is taken back.
    """
    from windvane.cli.releases.aws_access import open_aws
    from windvane.cli.releases.retirement import plan_retirement, retire_bundles

    stage = account.pop("stage")
    with open_aws(**account) as aws:
        plan = plan_retirement(aws, stage, keep)
        if not dry_run:
            retire_bundles(plan)
    click.echo(plan.describe(done=not dry_run))


@releases.command()
@aws_options
@period_options(default="7d")
@click.option(
    "--champion", metavar="VERSION", help="Bundle that answered.  [default: the newest record's]"
)
@click.option(
    "--challenger",
    metavar="VERSION",
    help="Bundle that answered in shadow.  [default: the newest record's]",
)
@json_option
def compare(as_json: bool, **options: Any) -> None:  # noqa: ANN401 - as above
    """Compare the answers of a challenger in shadow with those that callers got.

    Prints how often both gave the same label, with a 95 % interval, which labels the challenger
    gives instead of which, and how long a text took.
    """
    from windvane.cli.releases.aws_access import open_aws
    from windvane.cli.releases.comparison_output import print_comparison
    from windvane.cli.releases.shadow_reading import ShadowQuery, read_comparison

    stage, region, profile = (options.pop(name) for name in ("stage", "region", "profile"))
    with open_aws(region, profile) as aws:
        reading = read_comparison(aws, stage, ShadowQuery(**options))
    print_comparison(reading, as_json=as_json)
