"""The drift report: how far records differ from the reference profile."""

from collections.abc import Mapping

import msgspec

from windvane.inference.reference_profile import ReferenceProfile
from windvane.monitoring.distances import (
    Estimate,
    Resampled,
    compute_js,
    compute_psi,
    estimate_share,
)
from windvane.monitoring.errors import RecordsError
from windvane.monitoring.features import Binned, Feature, NumericFeature
from windvane.monitoring.record_counts import PeriodCounts, RecordCounts

MEAN_DIGITS = 6


class Bin(msgspec.Struct, frozen=True):
    """A bin of a feature, and its share of the reference's texts and of the records."""

    name: str
    reference: float
    records: float


class FeatureDrift(msgspec.Struct, frozen=True, kw_only=True):
    """How far a feature of the records differs from the reference.

    Attributes:
        name: The feature's.
        records: Records that have the feature.
        psi: Population stability index.
        js: Jensen-Shannon distance.
        bins: Shares by bin.
        reference_mean: Mean of the reference; None if the values are names.
        mean: Mean of the records; None if the values are names.
    """

    name: str
    records: int
    psi: Estimate
    js: Estimate
    bins: tuple[Bin, ...]
    reference_mean: float | None
    mean: float | None


class ShareDrift(msgspec.Struct, frozen=True, kw_only=True):
    """A share of the records.

    Attributes:
        records: Records of which it is the share.
        share: The share.
        reference: The reference's share; None if it has none.
    """

    records: int
    share: Estimate
    reference: float | None = None


class PeriodDrift(msgspec.Struct, frozen=True, kw_only=True):
    """How far the records of a period differ from the reference.

    Attributes:
        records: Number of records.
        features: A drift for each feature that the records have.
        repeats: Share of the most frequent text.
        corrections: Share of the records with feedback that were corrected; None without feedback.
    """

    records: int
    features: tuple[FeatureDrift, ...]
    repeats: ShareDrift
    corrections: ShareDrift | None


class DriftReport(msgspec.Struct, frozen=True, kw_only=True):
    """How far records differ from the reference.

    Attributes:
        reference_texts: Texts of the reference.
        other_models: Records of other models, which were left out.
        missing: Features that no record has.
        whole: All records.
        days: Those of each day in UTC, in order.
    """

    reference_texts: int
    other_models: int
    missing: tuple[str, ...]
    whole: PeriodDrift
    days: dict[str, PeriodDrift]


def compare_records(counts: RecordCounts, profile: ReferenceProfile) -> DriftReport:
    """Compare counted records with the profile that they were counted for.

    Raises:
        RecordsError: There are none.
    """
    whole = counts.sum_days()
    if not whole.records:
        raise RecordsError(_describe_absence(counts))
    reference_repeats = profile.most_frequent / profile.texts
    return DriftReport(
        reference_texts=profile.texts,
        other_models=counts.other_models,
        missing=tuple(name for name in counts.features if not _has(whole, name)),
        whole=_compare_period(whole, counts.features, reference_repeats),
        days={
            day: _compare_period(period, counts.features, reference_repeats)
            for day, period in sorted(counts.days.items())
        },
    )


def _describe_absence(counts: RecordCounts) -> str:
    if counts.other_models:
        return f"All {counts.other_models:,} records are of other models or versions."
    return "There are no records to compare."


def _compare_period(
    period: PeriodCounts, features: Mapping[str, Feature], reference_repeats: float
) -> PeriodDrift:
    repeats = estimate_share(period.repeats.most_frequent, period.records)
    corrections = None
    if period.checked:
        share = estimate_share(period.corrected, period.checked)
        corrections = ShareDrift(records=period.checked, share=share)
    return PeriodDrift(
        records=period.records,
        features=tuple(
            _compare_feature(name, feature, period.binned[name])
            for name, feature in features.items()
            if _has(period, name)
        ),
        repeats=ShareDrift(records=period.records, share=repeats, reference=reference_repeats),
        corrections=corrections,
    )


def _has(period: PeriodCounts, name: str) -> bool:
    return bool(period.binned[name].counts.sum())


def _compare_feature(name: str, feature: Feature, binned: Binned) -> FeatureDrift:
    resampled = Resampled(feature.reference, binned.counts)
    records = int(binned.counts.sum())
    shares = zip(
        feature.bins,
        (feature.reference / feature.reference.sum()).tolist(),
        (binned.counts / records).tolist(),
        strict=True,
    )
    means: tuple[float | None, float | None] = (None, None)
    if isinstance(feature, NumericFeature):
        means = (feature.histogram.mean, round(binned.total / records, MEAN_DIGITS))
    return FeatureDrift(
        name=name,
        records=records,
        psi=resampled.estimate(compute_psi),
        js=resampled.estimate(compute_js),
        bins=tuple(Bin(*each) for each in shares),
        reference_mean=means[0],
        mean=means[1],
    )
