"""Days of invented records: which of them alarm."""

from benchmarks.drift_alarms import (
    Scenario,
    build_table,
    count_alarms,
    draw_quiet,
    drift_scenarios,
    flood_scenarios,
)
from benchmarks.table import to_markdown
from tests.windvane.monitoring.observations import LABELS, draw_observations

POOL = draw_observations(1200, 1)
DRIFTED = draw_observations(300, 2, mean_tokens=45)


def test_quiet_days_raise_no_alarm_and_drifted_days_do() -> None:
    [half, whole] = drift_scenarios("reviews", DRIFTED)

    quiet = count_alarms(Scenario("quiet", draw_quiet), POOL, LABELS, 200, 5)
    drifted = count_alarms(whole, POOL, LABELS, 200, 5)

    assert (quiet.alarms, drifted.alarms) == (0, 5)
    assert drifted.features["tokens"] == 5
    assert (half.name, whole.name) == ("reviews, 50% of the day", "reviews, 100% of the day")


def test_flood_of_a_fifth_raises_an_alarm_and_the_table_names_the_feature() -> None:
    *_, flood = flood_scenarios()

    alarms = count_alarms(flood, POOL, LABELS, 300, 3)

    table = to_markdown(build_table([flood.name], [300], [[alarms]]))
    [row] = [
        line
        for line in table.splitlines()
        if line.startswith("| one text, 20% of the day | 3 of 3 |")
    ]
    assert "repeats" in row
