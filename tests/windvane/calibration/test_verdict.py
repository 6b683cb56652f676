"""When a calibration is worth writing."""

import pytest

from windvane.calibration.gains import Gain
from windvane.calibration.verdict import judge
from windvane.evaluation.intervals import Interval


def gain(low: float, difference: float, high: float) -> Gain:
    anything = Interval(0, 1)
    return Gain(0.5, anything, 0.5 + difference, anything, difference, Interval(low, high))


BETTER, UNSURE, WORSE = gain(0.01, 0.02, 0.03), gain(-0.01, 0.01, 0.03), gain(-0.03, -0.01, 0.01)
LOWER, UNSURE_LOSS, HIGHER = (
    gain(-0.03, -0.02, -0.01),
    gain(-0.03, -0.01, 0.01),
    gain(-0.01, 0.01, 0.03),
)


@pytest.mark.parametrize(
    ("f1", "loss", "helps", "reason"),
    [
        (BETTER, LOWER, True, "macro-F1 and log-loss"),
        (BETTER, UNSURE_LOSS, True, "chance: macro-F1."),
        (UNSURE, LOWER, True, "chance: log-loss."),
        (UNSURE, UNSURE_LOSS, False, "Neither macro-F1 nor log-loss improves beyond chance"),
        (WORSE, LOWER, False, "Macro-F1 would fall from 50.00% to 49.00%"),
        (BETTER, HIGHER, False, "Log-loss would rise from 0.500 to 0.510"),
    ],
)
def test_judge_asks_for_a_sure_gain_and_no_loss(
    f1: Gain, loss: Gain, helps: bool, reason: str
) -> None:
    verdict = judge({"macro_f1": f1, "log_loss": loss})

    assert verdict.helps is helps
    assert reason in verdict.reason
    assert helps or "label more texts" in verdict.reason
