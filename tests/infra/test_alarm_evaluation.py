"""The alarms of the template, evaluated on datapoints."""

from typing import Any

import pytest

from tests.infra.alarm_evaluation import Samples, goes_off
from tests.infra.synthesized import SynthesizedStage

QUICK, SLOW = 40.0, 4000.0


def read_duration_alarms(stage: SynthesizedStage) -> list[dict[str, Any]]:
    """Read the alarm of the alias and that of the newest version, which undoes a canary."""
    alarms = [alarm["Properties"] for alarm in stage.find("AWS::CloudWatch::Alarm")]
    duration = [alarm for alarm in alarms if alarm.get("MetricName") == "Duration"]
    assert len(duration) == 2
    return duration


def make_minute(requests: int, slow: int) -> Samples:
    return [QUICK] * (requests - slow) + [SLOW] * slow


@pytest.mark.parametrize(
    ("requests", "slow_by_minute", "is_on"),
    [
        pytest.param(10, [0] * 5, False, id="ten quick requests a minute"),
        pytest.param(10, [10] * 5, True, id="ten slow requests a minute"),
        pytest.param(10, [10] * 3, True, id="for three minutes"),
        pytest.param(10, [1, 1, 1, 0, 0], True, id="one slow request in ten"),
        pytest.param(10, [0, 0, 10, 0, 0], False, id="one bad minute"),
        pytest.param(10, [1, 0, 0, 0, 1], False, id="two slow requests of fifty"),
        pytest.param(1, [1, 0, 0, 0, 0], False, id="a single slow request"),
        pytest.param(1, [1, 1, 1, 1, 1], True, id="every request slow, one a minute"),
        pytest.param(1000, [9] * 5, False, id="0.9 % of many"),
        pytest.param(1000, [11] * 5, True, id="1.1 % of many"),
        pytest.param(10, [10] * 3 + [0] * 3, False, id="over again"),
    ],
)
def test_duration_alarms_count_slow_requests(
    stage: SynthesizedStage, requests: int, slow_by_minute: list[int], is_on: bool
) -> None:
    minutes = [make_minute(requests, slow) for slow in slow_by_minute]

    for alarm in read_duration_alarms(stage):
        assert goes_off(alarm, minutes) is is_on


def test_duration_alarms_are_quiet_without_requests(stage: SynthesizedStage) -> None:
    for alarm in read_duration_alarms(stage):
        assert not goes_off(alarm, [[]] * 10)


def test_canary_of_a_tenth_of_few_requests_is_undone_in_time(prod: SynthesizedStage) -> None:
    [newest] = [
        alarm
        for alarm in read_duration_alarms(prod)
        if "ExecutedVersion" in {dimension["Name"] for dimension in alarm["Dimensions"]}
    ]

    # Ten requests a minute, of which one goes to the canary, and not in every minute.
    minutes = [[SLOW], [], [SLOW], [SLOW], []]

    assert goes_off(newest, minutes[:4])
    assert newest["Period"] * 4 < 10 * 60


def test_evaluation_knows_why_a_p99_never_went_off(prod: SynthesizedStage) -> None:
    alarm = read_duration_alarms(prod)[0]
    former = {
        **alarm,
        "ExtendedStatistic": "p99",
        "EvaluateLowSampleCountPercentile": "ignore",
        "Threshold": 3000,
        "ComparisonOperator": "GreaterThanThreshold",
    }

    assert not goes_off(former, [make_minute(999, 999)] * 10)
    assert goes_off(former, [make_minute(1000, 1000)] * 10)


@pytest.mark.parametrize(
    ("name", "quiet", "bad"),
    [
        ("errors", [[0.0] * 10], [[0.0] * 9 + [1.0]]),
        ("throttles", [[0.0]], [[1.0]]),
        ("notlogged", [[0.0] * 10], [[0.0] * 9 + [3.0]]),
        ("deadletters", [[0.0]], [[1.0]]),
        ("servererrors", [[0.0] * 99 + [1.0]], [[0.0] * 48 + [1.0] * 2]),
        ("quotausedup", [[]], [[1.0]]),
        ("concurrencynearlyused", [[12.0, 79.0]], [[12.0, 80.0]]),
        ("silence", [[1.0]], [[]]),
    ],
)
def test_alarm_goes_off_and_is_over(
    all_on: SynthesizedStage, name: str, quiet: list[Samples], bad: list[Samples]
) -> None:
    alarms = [
        alarm["Properties"]
        for alarm in all_on.find("AWS::CloudWatch::Alarm")
        if f"#alarm-{name}" in alarm["Properties"]["AlarmDescription"]
    ]

    assert alarms
    for alarm in alarms:
        assert not goes_off(alarm, quiet)
        assert goes_off(alarm, bad)
        assert not goes_off(alarm, [*bad, *quiet])


@pytest.mark.parametrize("kind", ["Read", "Write"])
def test_throttled_table_sets_off_an_alarm(stage: SynthesizedStage, kind: str) -> None:
    alarm = stage.only("AWS::CloudWatch::Alarm", MetricName=f"{kind}ThrottleEvents")

    assert stage.kinds_in(alarm["Dimensions"]) == {"AWS::DynamoDB::GlobalTable"}
    assert goes_off(alarm, [[1.0]])
    assert not goes_off(alarm, [[]])
