"""Whether a calibration helps, by its cross-validated gains."""

from collections.abc import Mapping
from dataclasses import dataclass

from windvane.calibration.gains import LOG_LOSS, MACRO_F1, Gain

_ADVICE = "Keep the bundle as it is, or label more texts."


@dataclass(frozen=True)
class Verdict:
    """Whether a calibration helps.

    Attributes:
        helps: Whether the bundle is worth writing.
        reason: Says why, and what to do if it does not help.
    """

    helps: bool
    reason: str


def judge(gains: Mapping[str, Gain]) -> Verdict:
    """Judge by macro-F1 and log-loss on texts that were left out of the fit.

    One of the two must improve beyond chance (95 % interval of the difference), and neither may
    get worse. DECISIONS.md (2026-11-27) says what other rules would have written.
    """
    f1, loss = gains[MACRO_F1], gains[LOG_LOSS]
    if f1.difference < 0:
        fall = f"from {f1.before:.2%} to {f1.after:.2%}"
        return Verdict(False, f"Macro-F1 would fall {fall}. {_ADVICE}")
    if loss.difference > 0:
        rise = f"from {loss.before:.3f} to {loss.after:.3f}"
        return Verdict(False, f"Log-loss would rise {rise}. {_ADVICE}")
    improved = {
        "macro-F1": f1.difference_interval.low > 0,
        "log-loss": loss.difference_interval.high < 0,
    }
    if not any(improved.values()):
        return Verdict(False, f"Neither macro-F1 nor log-loss improves beyond chance. {_ADVICE}")
    names = " and ".join(name for name, is_better in improved.items() if is_better)
    return Verdict(True, f"Better beyond chance: {names}.")
