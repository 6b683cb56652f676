"""``windvane releases rollback``: chooses a version, checks it, and moves the alias to it."""

from collections.abc import Sequence
from dataclasses import dataclass

from windvane.cli.errors import CliError
from windvane.cli.releases.aws_access import AwsAccess
from windvane.cli.releases.bundle_bucket import BundleBucket
from windvane.cli.releases.deployed_stack import DeployedStack, read_stack
from windvane.cli.releases.function_versions import (
    FunctionVersion,
    LiveAlias,
    find_version,
    move_live,
    read_live,
    read_versions,
)


@dataclass(frozen=True, kw_only=True)
class Rollback:
    """A checked move of the alias.

    Attributes:
        stack: The stage's stack.
        live: State of the alias before the move.
        source: The version that it points at; None if it is not a published one.
        target: The version to move to.
        model_id: The model in the ``/health`` response of the target.
    """

    stack: DeployedStack
    live: LiveAlias
    source: FunctionVersion | None
    target: FunctionVersion
    model_id: str

    def describe(self) -> str:
        """Describe the move."""
        source = _describe_version(self.source) if self.source else self.live.version
        return (
            f"live of {self.stack.name} goes\n"
            f"  from  {source}\n"
            f"  to    {_describe_version(self.target)}"
        )

    def describe_check(self) -> str:
        """Describe the new state, and how to check it."""
        endpoint = self.stack.outputs.get("Endpoint", "https://the-endpoint/").rstrip("/")
        return (
            f"live points at version {self.target.number}. Check it:\n\n"
            f"  curl -s {endpoint}/health\n\n"
            f"It answers {self.model_id} as its model."
        )


def plan_rollback(aws: AwsAccess, stage: str, to: int | None) -> Rollback:
    """Choose a version, and check that it can run.

    Args:
        aws: The account.
        stage: Name of the stage.
        to: Number of the version; None for the one before the current one.

    Raises:
        CliError: A deployment is running, there is no such version, or its bundle is missing.
    """
    stack = read_stack(aws, stage)
    stack.check_at_rest()
    versions = read_versions(aws, stack.name)
    live = read_live(aws, stack.name)
    target = find_version(versions, to) if to else _find_previous(versions, live)
    if live.weights == {str(target.number): 1}:
        raise CliError(f"live of {stack.name} points at version {target.number} already.")
    return Rollback(
        stack=stack,
        live=live,
        source=next((v for v in versions if str(v.number) == live.version), None),
        target=target,
        model_id=_check_bundle(aws, stack, versions, target),
    )


def roll_back(aws: AwsAccess, rollback: Rollback) -> None:
    """Move the alias.

    Raises:
        CliError: The alias has changed since the rollback was planned.
    """
    functions = aws.functions
    try:
        move_live(aws, rollback.stack.name, rollback.live, rollback.target)
    except functions.exceptions.PreconditionFailedException as error:
        raise CliError(
            f"Somebody else moved live of {rollback.stack.name} in the meantime; look again with "
            f"windvane releases list --stage {rollback.stack.stage}."
        ) from error


def _find_previous(versions: Sequence[FunctionVersion], live: LiveAlias) -> FunctionVersion:
    """Return the newest version that is older than the current one."""
    if live.is_shared or not live.version.isdecimal():
        raise CliError(
            f"live points at {' and '.join(live.weights)} and no deployment is running, so there "
            "is no telling which version is the one before; name it with --to."
        )
    older = [version for version in versions if version.number < int(live.version)]
    if not older:
        raise CliError(f"There is no version before {live.version}, which answers now.")
    return older[0]


def _check_bundle(
    aws: AwsAccess,
    stack: DeployedStack,
    versions: Sequence[FunctionVersion],
    target: FunctionVersion,
) -> str:
    """Check that the target's bundle is complete and not retired; return the model's id."""
    pins = f"Version {target.number} pins the bundle {target.bundle_version}"
    if not (target.bundle_uri and target.bundle_uri.startswith("s3://")):
        raise CliError(
            f"The environment of version {target.number} does not name a bundle in S3, so whether "
            "it can run cannot be checked; choose another with --to."
        )
    bucket = BundleBucket(aws.s3, target.bundle_uri.split("/")[2])
    bundle = bucket.read_bundle(target.bundle_uri)
    if bundle.manifest is None:
        raise CliError(f"{pins}, which is no longer in S3; {_deploy_again(stack)}.")
    manifest = bucket.read_manifest(bundle.manifest)
    sizes = {file.name: file.size_bytes for file in bundle.files}
    broken = [name for name, size in manifest.sizes.items() if sizes.get(name) != size]
    if broken:
        raise CliError(
            f"{pins}, of which {', '.join(broken)} in S3 is missing or of another size; "
            f"{_deploy_again(stack)}."
        )
    if retired := [file for file in bundle.files if bucket.is_retired(file)]:
        raise CliError(
            f"{pins}, which is retired and ends on {min(file.ends_on for file in retired)}; take "
            f"it back with windvane releases retire --stage {stack.stage} "
            f"--keep {versions.index(target) + 1}."
        )
    return manifest.model_id


def _deploy_again(stack: DeployedStack) -> str:
    return f"deploy it again with make deploy STAGE={stack.stage} BUNDLE=folder"


def _describe_version(version: FunctionVersion) -> str:
    return (
        f"version {version.number}, bundle {version.bundle_version}, "
        f"code {version.short_sha}, published {version.published} UTC"
    )
