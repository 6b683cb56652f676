"""``windvane releases retire``: chooses the bundles that S3 deletes, and tags them."""

from collections.abc import Sequence
from dataclasses import dataclass

from windvane.cli.errors import CliError
from windvane.cli.releases.aws_access import AwsAccess
from windvane.cli.releases.bundle_bucket import BundleBucket, BundleFile, StoredBundle
from windvane.cli.releases.deployed_stack import read_stack
from windvane.cli.releases.function_versions import (
    FunctionVersion,
    LiveAlias,
    read_challenger_uri,
    read_live,
    read_versions,
)
from windvane.facts import RETIRED_DAYS

BYTES_PER_MB = 1e6


@dataclass(frozen=True, kw_only=True)
class BundlePlan:
    """What happens to one bundle.

    Attributes:
        bundle: The bundle.
        needed: Whether a version that must be able to run uses it.
        changes: Its files to retire, or to take back if it is needed.
    """

    bundle: StoredBundle
    needed: bool
    changes: Sequence[BundleFile]

    def describe(self, *, done: bool) -> str:
        """Describe what was done, or would be done."""
        files = f"{len(self.changes)} files"
        size = sum(file.size_bytes for file in self.bundle.files) / BYTES_PER_MB
        if self.needed and self.changes:
            return f"{'taken back' if done else 'would be taken back'} ({files}, {size:.1f} MB)"
        if self.needed:
            return "kept"
        if self.changes:
            did = "retired" if done else "would be retired"
            return f"{did} ({files}, {size:.1f} MB); S3 deletes it after {RETIRED_DAYS} days"
        return f"is retired; S3 deletes it on {max(file.ends_on for file in self.bundle.files)}"


@dataclass(frozen=True, kw_only=True)
class Retirement:
    """What happens to each bundle of a stage."""

    bucket: BundleBucket
    bundles: Sequence[BundlePlan]

    def describe(self, *, done: bool) -> str:
        """Describe what was done, or would be done, in one line per bundle."""
        lines = [f"{plan.bundle.version}  {plan.describe(done=done)}" for plan in self.bundles]
        if not any(plan.changes for plan in self.bundles):
            lines.append("There was nothing to do." if done else "There is nothing to do.")
        return "\n".join(lines)


def plan_retirement(aws: AwsAccess, stage: str, keep: int) -> Retirement:
    """Compare the bundles with the versions that use them.

    Args:
        aws: The account.
        stage: Name of the stage.
        keep: How many of the newest versions must be able to run.

    Raises:
        CliError: A deployment is running, whose bundle no version uses yet; or the bundle of a
            version cannot be read.
    """
    stack = read_stack(aws, stage)
    stack.check_at_rest()
    bucket = BundleBucket(aws.s3, stack.find_output("BucketName"))
    versions = read_versions(aws, stack.name)
    needed = _find_needed(versions, read_live(aws, stack.name), keep)
    if challenger := read_challenger_uri(aws, stack.name):
        needed.add(challenger)
    plans = [_plan(bucket, bundle, uri in needed) for uri, bundle in bucket.read_bundles().items()]
    return Retirement(bucket=bucket, bundles=plans)


def retire_bundles(retirement: Retirement) -> None:
    """Carry out a plan. A run that was interrupted can be repeated."""
    for plan in retirement.bundles:
        if plan.needed:
            for file in reversed(plan.changes):
                retirement.bucket.take_back(file)
        else:
            for file in plan.changes:
                retirement.bucket.retire(file)


def _find_needed(versions: Sequence[FunctionVersion], live: LiveAlias, keep: int) -> set[str]:
    """Return the bundles of the versions that get requests and of the newest ones."""
    needed = set()
    for place, version in enumerate(versions):
        if place >= keep and str(version.number) not in live.weights:
            continue
        if version.bundle_uri is None:
            raise CliError(
                f"Which bundle version {version.number} pins cannot be read from its environment, "
                "so nothing was retired; may these credentials use the key that encrypts it?"
            )
        needed.add(version.bundle_uri)
    return needed


def _plan(bucket: BundleBucket, bundle: StoredBundle, needed: bool) -> BundlePlan:
    changes = [file for file in bundle.files if bucket.is_retired(file) == needed]
    return BundlePlan(bundle=bundle, needed=needed, changes=changes)
