"""Reads the records of a stage's shadow, and chooses the two bundles to compare."""

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from windvane.cli.errors import CliError
from windvane.cli.releases.aws_access import AwsAccess
from windvane.cli.releases.bundle_bucket import BundleBucket
from windvane.cli.releases.deployed_stack import StackOutputs, read_outputs
from windvane.cli.releases.shadow_comparison import ShadowComparison, compare_answers
from windvane.facts import BUNDLE_PREFIX
from windvane.result_log.record import SECONDS_A_DAY
from windvane.shadow.dynamodb_shadow_log import DynamoDbShadowLog
from windvane.shadow.shadow_record import ShadowRecord

DEFAULT_DAYS = 7
MOST_DAYS = 400
MS_A_DAY = SECONDS_A_DAY * 1000
MOST_RECORDS = 500_000
"""Records of a comparison; reading stops after the day that exceeds it."""


@dataclass(frozen=True, kw_only=True)
class ShadowQuery:
    """Which records to compare.

    Attributes:
        from_ms: Begin of the period, in milliseconds since 1970; None for `DEFAULT_DAYS` ago.
        to_ms: Its end, which is not part of it; None for now.
        champion: Version of the champion's bundle; None for that of the newest record.
        challenger: Version of the challenger's bundle; likewise.
    """

    from_ms: int | None = None
    to_ms: int | None = None
    champion: str | None = None
    challenger: str | None = None


@dataclass(frozen=True, kw_only=True)
class ShadowReading:
    """A comparison, and what was left out of it.

    Attributes:
        comparison: Of the chosen bundles.
        other_pairs: How many records of other champions or challengers the period has.
        is_cut: Whether older records of the period were not read.
    """

    comparison: ShadowComparison
    other_pairs: int
    is_cut: bool


def read_comparison(aws: AwsAccess, stage: str, query: ShadowQuery) -> ShadowReading:
    """Read and compare what a stage's shadow has recorded.

    Raises:
        CliError: The period is none or too long, nothing is recorded, or the bundles have
            different labels.
        ResultLogUnavailableError: DynamoDB did not answer.
    """
    stack = read_outputs(aws, stage)
    to_ms = query.to_ms or time.time_ns() // 1_000_000 + 1
    from_ms = to_ms - DEFAULT_DAYS * MS_A_DAY if query.from_ms is None else query.from_ms
    if not 0 <= to_ms - from_ms <= MOST_DAYS * MS_A_DAY:
        raise CliError(f"--from must be before --to, and at most {MOST_DAYS} days before it.")
    records, is_cut = _read_records(aws, stack, from_ms, to_ms)
    chosen = _choose_pair(records, query)
    if not chosen:
        raise CliError(_explain_none(stage, query, records))
    labels = _check_labels(aws, stack, chosen[0])
    return ShadowReading(
        comparison=compare_answers(chosen, labels),
        other_pairs=len(records) - len(chosen),
        is_cut=is_cut,
    )


def _read_records(
    aws: AwsAccess, stack: StackOutputs, from_ms: int, to_ms: int
) -> tuple[list[ShadowRecord], bool]:
    """Return the records of a period, and whether older ones were not read."""
    records: list[ShadowRecord] = []
    with closing(DynamoDbShadowLog(stack.find_output("TableName"), aws.environ)) as log:
        for day in log.read_days(from_ms, to_ms):
            records += day
            if len(records) > MOST_RECORDS:
                return records, True
    return records, False


def _choose_pair(records: Sequence[ShadowRecord], query: ShadowQuery) -> list[ShadowRecord]:
    """Return the records of the two bundles that the query names, or that were newest."""
    fitting = [
        one
        for one in records
        if query.champion in {None, _version_of(one.champion)}
        and query.challenger in {None, _version_of(one.challenger)}
    ]
    newest = max(fitting, key=lambda one: one.result_id, default=None)
    return [
        one
        for one in fitting
        if newest and (one.champion, one.challenger) == (newest.champion, newest.challenger)
    ]


def _explain_none(stage: str, query: ShadowQuery, records: Sequence[ShadowRecord]) -> str:
    if records:
        pairs = sorted({f"{one.challenger} beside {one.champion}" for one in records})
        return f"No challenger of that version has answered; recorded are {', '.join(pairs)}."
    period = "in that period" if query.from_ms or query.to_ms else f"in {DEFAULT_DAYS} days"
    return (
        f"No challenger has answered {period} in the stage {stage}; [shadow] of its file names "
        "one, and docs/shadow.md says how."
    )


def _check_labels(aws: AwsAccess, stack: StackOutputs, record: ShadowRecord) -> Sequence[str]:
    """Return the labels of both bundles, as far as their manifests are still there.

    Raises:
        CliError: They are different.
    """
    bucket_name = stack.find_output("BucketName")
    bucket = BundleBucket(aws.s3, bucket_name)
    found: dict[str, tuple[str, ...]] = {}
    for model_id in (record.champion, record.challenger):
        uri = f"s3://{bucket_name}/{BUNDLE_PREFIX}{_version_of(model_id)}/"
        if manifest := bucket.read_bundle(uri).manifest:
            found[model_id] = bucket.read_manifest(manifest).labels
    if len({frozenset(labels) for labels in found.values()}) > 1:
        listed = " and ".join(f"{model}: {', '.join(labels)}" for model, labels in found.items())
        raise CliError(f"The bundles have different labels ({listed}) and cannot be compared.")
    return next(iter(found.values()), ())


def _version_of(model_id: str) -> str:
    return model_id.rpartition("@")[2]
