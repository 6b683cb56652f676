"""Records against a profile: what alarms, and what does not."""

from collections.abc import Sequence
from datetime import date

import msgspec
import pytest

from tests.windvane.monitoring.observations import MODEL, draw_observations, make_profile
from windvane.monitoring.drift_limits import (
    LIMITS_FILE,
    LimitCheck,
    check_limits,
    load_limits,
)
from windvane.monitoring.drift_report import DriftReport, compare_records
from windvane.monitoring.errors import RecordsError
from windvane.monitoring.features import build_features
from windvane.monitoring.observation import Observation
from windvane.monitoring.record_counts import BATCH_RECORDS, MOST_DAYS, count_records

PROFILE = make_profile()
LIMITS = load_limits(LIMITS_FILE, tuple(build_features(PROFILE)))


def compare(records: Sequence[Observation]) -> DriftReport:
    return compare_records(count_records(records, PROFILE, model=MODEL), PROFILE)


def find_exceeded(records: Sequence[Observation]) -> list[LimitCheck]:
    return [check for check in check_limits(compare(records), LIMITS) if check.exceeded]


@pytest.mark.parametrize("size", [20, 100, 2000])
def test_records_of_the_same_kind_raise_no_alarm(size: int) -> None:
    alarms = [find_exceeded(draw_observations(size, seed)) for seed in range(100, 120)]

    assert alarms == [[]] * 20


@pytest.mark.parametrize(
    ("drift", "feature"),
    [
        ({"shares": (0.7, 0.2, 0.1)}, "label"),
        ({"mean_tokens": 40}, "tokens"),
        ({"chars_per_token": 3}, "chars_per_token"),
        ({"unknown_tokens": 2}, "unknown_share"),
    ],
)
def test_drift_of_a_feature_raises_an_alarm_within_a_day_of_200_records(
    drift: dict[str, object], feature: str
) -> None:
    exceeded = find_exceeded(draw_observations(200, 3, **drift))  # type: ignore[arg-type]

    assert {(check.feature, check.day) for check in exceeded} == {(feature, None)}


def test_flood_of_one_text_raises_an_alarm() -> None:
    records = draw_observations(200, 3)
    flood = [records[0]] * 30

    assert "repeats" in {check.feature for check in find_exceeded(records + flood)}


def test_day_that_a_month_hides_raises_an_alarm() -> None:
    month = [
        record
        for day in range(1, 29)
        for record in draw_observations(200, day, created_at=f"2026-10-{day:02}T12:00:00.000Z")
    ]
    bad_day = draw_observations(
        200, 99, shares=(0.7, 0.2, 0.1), created_at="2026-10-30T12:00:00.000Z"
    )

    [check] = find_exceeded(month + bad_day)

    assert (check.feature, check.figure, check.day) == ("label", "psi", "2026-10-30")


def test_other_models_are_left_out() -> None:
    others = draw_observations(300, 4, mean_tokens=90, model="tiny@ffffffffffff")

    report = compare([*others, *draw_observations(200, 5)])

    assert (report.whole.records, report.other_models) == (200, 300)


def test_records_of_other_models_alone_are_refused() -> None:
    with pytest.raises(RecordsError, match="All 10 records are of other models"):
        compare(draw_observations(10, 4, model="tiny@ffffffffffff"))


def test_no_records_are_refused() -> None:
    with pytest.raises(RecordsError, match="There are no records to compare"):
        compare([])


def test_label_that_the_profile_lacks_is_refused_without_being_repeated() -> None:
    record = msgspec.structs.replace(draw_observations(1, 4)[0], label="secret")

    with pytest.raises(RecordsError, match="negative, neutral, positive") as caught:
        compare([record])

    assert "secret" not in str(caught.value)


def test_records_from_before_unknown_tokens_were_counted_lack_that_feature() -> None:
    report = compare(draw_observations(200, 4, unknown_tokens=None))

    assert report.missing == ("unknown_share",)


def test_corrections_are_shares_of_what_was_checked() -> None:
    records = draw_observations(100, 6, shares=(0, 0, 1), feedback_label=None)
    records[:10] = [
        msgspec.structs.replace(record, feedback_label="positive" if i < 6 else "neutral")
        for i, record in enumerate(records[:10])
    ]

    corrections = compare(records).whole.corrections

    assert corrections is not None
    assert (corrections.records, corrections.share.value) == (10, 0.4)


def test_counts_do_not_depend_on_the_order_or_the_batches() -> None:
    records = draw_observations(BATCH_RECORDS + 10, 8)
    records[::2] = [
        msgspec.structs.replace(record, created_at="2026-11-23T00:00:00.000Z")
        for record in records[::2]
    ]

    assert compare(records) == compare(records[::-1])


def test_records_of_more_days_than_results_are_kept_are_refused() -> None:
    (record,) = draw_observations(1, 3)
    days = (
        msgspec.structs.replace(record, created_at=str(date.fromordinal(i + 1)))
        for i in range(MOST_DAYS + 1)
    )

    with pytest.raises(RecordsError, match="of more than 3,660 days; --from and --to"):
        count_records(days, PROFILE)
