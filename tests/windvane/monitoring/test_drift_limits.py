"""Files of limits."""

from pathlib import Path

import pytest

from windvane.monitoring.drift_limits import LIMITS_FILE, load_limits
from windvane.monitoring.errors import LimitsError

FEATURES = ("label", "score")


def test_shipped_limits_fit_any_profile() -> None:
    assert load_limits(LIMITS_FILE, ("label",)) == {
        "every": {"psi": 0.05},
        "repeats": {"share": 0.05},
    }


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[lable]\npsi = 0.1", 'there is no feature "lable"; there are: every, label, score'),
        ("[language]\npsi = 0.1", 'there is no feature "language"'),
        ("[label]\npsy = 0.1", 'there is no figure of "label" "psy"; there are: psi, js'),
        ("[repeats]\npsi = 0.1", 'there is no figure of "repeats" "psi"; there are: share'),
        ("[label]\npsi = -1", "Expected `float` >= 0"),
        ("[label]\npsi = 'x'", "Expected `float`"),
        ("label = 1", "Expected `object`"),
        ("[label", "is not TOML"),
        ("x = 1 #" + "y" * 70_000, "longer than 65,536 bytes"),
    ],
)
def test_limits_that_cannot_be_used_are_refused(tmp_path: Path, content: str, message: str) -> None:
    file = tmp_path / "limits.toml"
    file.write_text(content, encoding="utf-8")

    with pytest.raises(LimitsError) as caught:
        load_limits(file, FEATURES)

    assert message in str(caught.value)


def test_missing_limits_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LimitsError, match="Cannot open"):
        load_limits(tmp_path / "none.toml", FEATURES)
