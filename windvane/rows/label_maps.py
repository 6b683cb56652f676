"""What the numbers in a label column mean, by the scale that they are on."""

import re
from collections.abc import Mapping

NEGATIVE, NEUTRAL, POSITIVE = "negative", "neutral", "positive"
SENTIMENTS = (NEGATIVE, NEUTRAL, POSITIVE)
"""Labels of the default model, in the order of its logits."""

LABEL_MAPS: Mapping[str, Mapping[str, str]] = {
    "two": {"0": NEGATIVE, "1": POSITIVE},
    "three": {"0": NEGATIVE, "1": NEUTRAL, "2": POSITIVE},
    "five": {"0": NEGATIVE, "1": NEGATIVE, "2": NEUTRAL, "3": POSITIVE, "4": POSITIVE},
    "stars": {"1": NEGATIVE, "2": NEGATIVE, "3": NEUTRAL, "4": POSITIVE, "5": POSITIVE},
}
"""``five`` is the Stanford Sentiment Treebank's, the worst first; ``stars`` a shop's."""

_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")


def is_number(label: str) -> bool:
    """Tell whether a label is a number, whose meaning a map gives."""
    return _NUMBER.fullmatch(label) is not None
