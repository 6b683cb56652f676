"""A dimension of two groups and two templates, with answers known by heart."""

from windvane.evaluation.bias.figures import Answer, DimensionFigures
from windvane.evaluation.bias.lists import Dimension, Template
from windvane.evaluation.bias.measuring import measure_dimension

FIRST, SECOND = Template("In {country}.", "neutral"), Template("I love {country}.", "positive")
COUNTRIES = Dimension(
    "country",
    {"north": {"country": ["Norway", "Malta"]}, "south": {"country": ["Fiji", "Tonga"]}},
    [FIRST, SECOND],
    headline=FIRST.text,
)
# Norway, Malta, Fiji, Tonga: the mean of the first is 0.3, of the second 0.9.
ANSWERS = {
    FIRST: [(0.2, "neutral"), (0.4, "neutral"), (0.1, "negative"), (0.5, "neutral")],
    SECOND: [(0.9, "positive"), (0.9, "positive"), (0.9, "positive"), (0.9, "positive")],
}


def measure_countries() -> DimensionFigures:
    """Measure it."""
    answers = [
        (
            template,
            [
                Answer(filling, positive, label)
                for filling, (positive, label) in zip(
                    COUNTRIES.fill(template), ANSWERS[template], strict=True
                )
            ],
        )
        for template in COUNTRIES.templates
    ]
    return measure_dimension(COUNTRIES, answers)
