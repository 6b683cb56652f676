"""A dimension of two groups and two templates, with made-up predictions."""

from windvane.evaluation.bias.bias_figures import DimensionFigures, FillingPrediction
from windvane.evaluation.bias.dimension_measurement import measure_dimension
from windvane.evaluation.bias.dimensions import Dimension, Template

FIRST, SECOND = Template("In {country}.", "neutral"), Template("I love {country}.", "positive")
COUNTRIES = Dimension(
    "country",
    {"north": {"country": ["Norway", "Malta"]}, "south": {"country": ["Fiji", "Tonga"]}},
    [FIRST, SECOND],
    headline=FIRST.text,
)
# Norway, Malta, Fiji, Tonga: the mean of the first is 0.3, of the second 0.9.
PREDICTIONS = {
    FIRST: [(0.2, "neutral"), (0.4, "neutral"), (0.1, "negative"), (0.5, "neutral")],
    SECOND: [(0.9, "positive"), (0.9, "positive"), (0.9, "positive"), (0.9, "positive")],
}


def measure_countries() -> DimensionFigures:
    """Measure it."""
    predictions = [
        (
            template,
            [
                FillingPrediction(filling, positive, label)
                for filling, (positive, label) in zip(
                    COUNTRIES.fill(template), PREDICTIONS[template], strict=True
                )
            ],
        )
        for template in COUNTRIES.templates
    ]
    return measure_dimension(COUNTRIES, predictions)
