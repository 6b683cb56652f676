"""Counts of records by day and feature, in memory that does not grow with the records."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

import numpy as np

from windvane.inference.reference_profile import ReferenceProfile
from windvane.monitoring.errors import RecordsError
from windvane.monitoring.features import Binned, Feature, build_features
from windvane.monitoring.observation import DAY_CHARS, Observed
from windvane.monitoring.repeats import Repeats

BATCH_RECORDS = 4096

MOST_DAYS = 3_660
"""Ten years, as long as a result may be kept. Each day has counts and intervals of its own."""


class PeriodCounts:
    """Counts of the records of a day, or of several.

    Attributes:
        records: Number of records.
        binned: Counts by feature.
        checked: Records with feedback.
        corrected: Records whose feedback names another label.
        repeats: The most frequent text.
    """

    def __init__(self, features: Mapping[str, Feature]) -> None:
        self.records = self.checked = self.corrected = 0
        self.binned = {
            name: Binned(np.zeros(len(feature.bins), np.int64), 0.0)
            for name, feature in features.items()
        }
        self.repeats = Repeats()
        self._features = features

    def add(self, records: Sequence[Observed]) -> None:
        """Count records.

        Raises:
            RecordsError: A label or a language is none of the profile's.
        """
        for name, feature in self._features.items():
            try:
                self._add_binned(name, feature.count(records))
            except KeyError as error:
                raise RecordsError(
                    f"A record has a {name} that is none of the profile's: "
                    f"{', '.join(feature.bins)}. Is it of another model?"
                ) from error
        feedback = [record for record in records if record.feedback_label is not None]
        self.records += len(records)
        self.checked += len(feedback)
        self.corrected += sum(record.feedback_label != record.label for record in feedback)
        self.repeats.add(records)

    def merge(self, other: "PeriodCounts") -> None:
        """Add the counts of another period."""
        self.records += other.records
        self.checked += other.checked
        self.corrected += other.corrected
        self.repeats.merge(other.repeats)
        for name, binned in other.binned.items():
            self._add_binned(name, binned)

    def _add_binned(self, name: str, binned: Binned) -> None:
        counts, total = self.binned[name]
        self.binned[name] = Binned(counts + binned.counts, total + binned.total)


class RecordCounts:
    """Counts of a stream of records.

    Attributes:
        features: The features of the profile.
        days: Counts by day, in UTC.
        other_models: Records of other models, which are left out.
    """

    def __init__(self, profile: ReferenceProfile) -> None:
        self.features = build_features(profile)
        self.days: dict[str, PeriodCounts] = {}
        self.other_models = 0

    def sum_days(self) -> PeriodCounts:
        """Add the days up."""
        whole = PeriodCounts(self.features)
        for day in self.days.values():
            whole.merge(day)
        return whole


def count_records(
    records: Iterable[Observed], profile: ReferenceProfile, *, model: str | None = None
) -> RecordCounts:
    """Count records, some at a time.

    Args:
        records: Records in any order.
        profile: Says which features there are, and their bins.
        model: Only records of this ``name@version`` count; None for all.

    Raises:
        RecordsError: A label or a language is none of the profile's, or there are too many days.
    """
    counts = RecordCounts(profile)
    stream = iter(records)
    while batch := list(islice(stream, BATCH_RECORDS)):
        by_day: dict[str, list[Observed]] = {}
        for record in batch:
            if model is not None and record.model != model:
                counts.other_models += 1
                continue
            by_day.setdefault(record.created_at[:DAY_CHARS], []).append(record)
        for day, some in by_day.items():
            if day not in counts.days:
                _check_days(counts)
                counts.days[day] = PeriodCounts(counts.features)
            counts.days[day].add(some)
    return counts


def _check_days(counts: RecordCounts) -> None:
    if len(counts.days) == MOST_DAYS:
        raise RecordsError(
            f"The records are of more than {MOST_DAYS:,} days; --from and --to choose some."
        )
