"""What the records of a shadow say of champion and challenger."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, quantiles

from windvane.evaluation.intervals import Interval, wilson
from windvane.shadow.shadow_record import ShadowRecord

HUNDREDTHS = 100
"""Into which `quantiles` cuts: the 50th and the 99th cut are p50 and p99."""


@dataclass(frozen=True, kw_only=True)
class Latency:
    """How long texts took, in milliseconds."""

    p50_ms: float
    p99_ms: float


@dataclass(frozen=True, kw_only=True)
class ShadowComparison:
    """A champion and a challenger on the same texts.

    Attributes:
        champion: Bundle that answered callers, ``name@version``.
        challenger: Bundle that answered in shadow.
        texts: How many both answered, at least 1.
        agreed: Of them, those with the same label.
        interval: Of the share that agreed.
        labels: In alphabetical order.
        confusion: Texts by the champion's and the challenger's label; those of 0 are left out.
        mean_score_gap: Mean absolute difference of the scores of the champion's label.
        champion_latency: Its time for a text.
        challenger_latency: Its time for a text.
        disagreements: Records with different labels, newest first.
    """

    champion: str
    challenger: str
    texts: int
    agreed: int
    interval: Interval
    labels: tuple[str, ...]
    confusion: Mapping[tuple[str, str], int]
    mean_score_gap: float
    champion_latency: Latency
    challenger_latency: Latency
    disagreements: Sequence[ShadowRecord]

    @property
    def agreement(self) -> float:
        """Share of the texts with the same label."""
        return self.agreed / self.texts

    def count_champions(self, label: str) -> int:
        """Return how many texts got a label of the champion."""
        return sum(count for (given, _), count in self.confusion.items() if given == label)

    def count_challengers(self, label: str) -> int:
        """Return how many texts got a label of the challenger."""
        return sum(count for (_, given), count in self.confusion.items() if given == label)


def compare_answers(records: Sequence[ShadowRecord], labels: Sequence[str]) -> ShadowComparison:
    """Compare the answers of one champion and one challenger.

    Args:
        records: At least one, all of the same two bundles.
        labels: Their labels.
    """
    confusion = Counter((one.champion_label, one.challenger_label) for one in records)
    disagreements = [one for one in records if not one.is_agreement]
    agreed = len(records) - len(disagreements)
    return ShadowComparison(
        champion=records[0].champion,
        challenger=records[0].challenger,
        texts=len(records),
        agreed=agreed,
        interval=wilson(agreed, len(records)),
        labels=tuple(sorted({*labels, *(label for pair in confusion for label in pair)})),
        confusion=confusion,
        mean_score_gap=fmean(abs(one.champion_score - one.same_label_score) for one in records),
        champion_latency=_measure([one.champion_ms for one in records]),
        challenger_latency=_measure([one.challenger_ms for one in records]),
        disagreements=sorted(disagreements, key=lambda one: one.result_id, reverse=True),
    )


def _measure(times_ms: Sequence[float]) -> Latency:
    cuts = quantiles([*times_ms, *times_ms], n=HUNDREDTHS, method="inclusive")
    return Latency(p50_ms=cuts[49], p99_ms=cuts[98])
