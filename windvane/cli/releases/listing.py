"""``windvane releases list``: the versions, their bundles and their share of the requests."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import click
from rich.console import Console
from rich.table import Table

from windvane.cli.releases.aws_access import AwsAccess
from windvane.cli.releases.bundle_bucket import BundleBucket, StoredBundle
from windvane.cli.releases.deployed_stack import DeployedStack, read_stack
from windvane.cli.releases.function_versions import (
    FunctionVersion,
    LiveAlias,
    read_live,
    read_versions,
)

TABLE_WIDTH = 100
COLUMNS = ("version", "bundle", "bundle is", "published, UTC", "code", "live")


@dataclass(frozen=True, kw_only=True)
class Releases:
    """The releases of a stage.

    Attributes:
        stack: The stage's stack.
        live: State of the alias.
        versions: Newest first.
        bundle_states: State of each bundle in S3, by its URI.
    """

    stack: DeployedStack
    live: LiveAlias
    versions: Sequence[FunctionVersion]
    bundle_states: dict[str, str]

    def state_of(self, version: FunctionVersion) -> str:
        """Return the state of a version's bundle."""
        if version.bundle_uri is None:
            return "unknown"
        return self.bundle_states.get(version.bundle_uri, "gone")

    def weight_of(self, version: FunctionVersion) -> float:
        """Return the share of the requests that go to a version."""
        return self.live.weights.get(str(version.number), 0)


def read_releases(aws: AwsAccess, stage: str) -> Releases:
    """Read a stage's versions and their bundles.

    Raises:
        CliError: There is no such stack.
    """
    stack = read_stack(aws, stage)
    bucket = BundleBucket(aws.s3, stack.find_output("BucketName"))
    return Releases(
        stack=stack,
        live=read_live(aws, stack.name),
        versions=read_versions(aws, stack.name),
        bundle_states={
            uri: _state_of(bucket, bundle) for uri, bundle in bucket.read_bundles().items()
        },
    )


def print_releases(releases: Releases, *, as_json: bool) -> None:
    """Print a table, or JSON."""
    if as_json:
        click.echo(json.dumps(to_json(releases), indent=2))
        return
    table = Table(box=None, pad_edge=False)
    for name in COLUMNS:
        table.add_column(name, justify="right" if name == "live" else "left", no_wrap=True)
    for version in releases.versions:
        weight = releases.weight_of(version)
        table.add_row(
            str(version.number),
            version.bundle_version,
            releases.state_of(version),
            version.published,
            version.short_sha,
            f"{weight:.0%}" if weight else "",
        )
    # A fixed width, so that the table is not cut in the log of a script.
    Console(width=TABLE_WIDTH).print(table)
    for line in _notes(releases):
        click.echo(line)


def to_json(releases: Releases) -> dict[str, object]:
    """Build the JSON of ``--json``."""
    return {
        "stack": releases.stack.name,
        "status": releases.stack.status,
        "deployment_id": releases.stack.deployment_id,
        "live": releases.live.weights,
        "versions": [
            {
                "version": version.number,
                "bundle": version.bundle_version,
                "bundle_state": releases.state_of(version),
                "published_at": version.published_at,
                "code_sha256": version.code_sha256,
                "live_weight": releases.weight_of(version),
            }
            for version in releases.versions
        ],
    }


def _notes(releases: Releases) -> list[str]:
    notes = []
    if releases.stack.deployment_id:
        notes.append(
            f"Deployment {releases.stack.deployment_id} is running; to stop it and go back: "
            "aws deploy stop-deployment --auto-rollback-enabled --deployment-id "
            f"{releases.stack.deployment_id}"
        )
    if not releases.live.version.isdecimal():
        notes.append(f"live points at {releases.live.version}, which is not a published version.")
    return notes


def _state_of(bucket: BundleBucket, bundle: StoredBundle) -> str:
    if bundle.manifest is None:
        return "gone"
    if bucket.is_retired(bundle.manifest):
        return f"retired, ends {bundle.manifest.ends_on}"
    return "in S3"
