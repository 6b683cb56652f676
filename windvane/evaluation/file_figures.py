"""The figures of one file, for the terminal, the JSON and the HTML page."""

from dataclasses import dataclass

from windvane.evaluation.calibration import Bin
from windvane.evaluation.coverage import Answered, Coverage
from windvane.evaluation.intervals import Interval
from windvane.evaluation.metrics import Metrics


@dataclass(frozen=True, slots=True)
class LengthFigures:
    """The figures of the texts of one range of length.

    Attributes:
        from_tokens: Shortest, special tokens included.
        to_tokens: Longest; None where there is no bound.
    """

    from_tokens: int
    to_tokens: int | None
    texts: int
    accuracy: float
    macro_recall: float

    @property
    def name(self) -> str:
        """The range as text."""
        return (
            f"{self.from_tokens}+"
            if self.to_tokens is None
            else f"{self.from_tokens} to {self.to_tokens}"
        )


@dataclass(frozen=True, slots=True)
class Calibration:
    """How well the scores are calibrated.

    Attributes:
        temperature: Divides the logits.
        ece_before: Expected calibration error at temperature 1.
        ece: Expected calibration error at the temperature.
        ece_interval: Its 95 % bootstrap interval.
        ece_by_chance: Expected error of a perfectly calibrated model on as many texts.
        bins: Confidence and accuracy by range of confidence, at the temperature.
        bins_before: The same at temperature 1.
    """

    temperature: float
    ece_before: float
    ece: float
    ece_interval: Interval
    ece_by_chance: float
    bins: list[Bin]
    bins_before: list[Bin]


@dataclass(frozen=True, slots=True)
class ModelFigures:
    """One model's figures on one file.

    Attributes:
        intervals: 95 % bootstrap interval by figure (`windvane.evaluation.intervals.bootstrap`).
        confusion: Counts; row: the true label, column: the predicted one.
        coverage: Accuracy by the share of the texts that is covered.
        by_length: Figures by the length of the text, the shortest first.
    """

    metrics: Metrics
    intervals: dict[str, Interval]
    confusion: list[list[int]]
    calibration: Calibration
    coverage: list[Coverage]
    by_length: list[LengthFigures]


@dataclass(frozen=True, slots=True)
class Mistake:
    """A text that the model gets wrong.

    Attributes:
        line: 1-based line of the file.
        score: Probability of the predicted label.
    """

    line: int
    truth: str
    predicted: str
    score: float
    text: str


@dataclass(frozen=True, slots=True)
class Rival:
    """Another model on the same texts.

    Attributes:
        name: Its name in tables.
        figures: Its figures.
        agreement: Share of the texts that both give the same label.
        largest_gap: Largest absolute difference of a probability on any text.
        gain: Accuracy of our model minus the rival's.
        gain_interval: The gain's 95 % bootstrap interval.
    """

    name: str
    figures: ModelFigures
    agreement: float
    largest_gap: float
    gain: float
    gain_interval: Interval


@dataclass(frozen=True, slots=True)
class FileFigures:
    """All the figures of one file.

    Attributes:
        file: Its name.
        sha256: Hash of its bytes.
        labels: The labels to choose from, in the order of the confusion matrix.
        ignored: The labels that could not be chosen.
        model: Figures of our model.
        mistakes: Its mistakes of highest confidence, the highest first.
        rivals: Other models on the same texts.
        answered: What our model answers with a lowest score; None if none was given.
    """

    file: str
    sha256: str
    labels: tuple[str, ...]
    ignored: tuple[str, ...]
    model: ModelFigures
    mistakes: list[Mistake]
    rivals: list[Rival]
    answered: Answered | None = None

    def models(self) -> list[tuple[str, ModelFigures]]:
        """List every model's name and figures, our model first."""
        return [("this bundle", self.model), *((each.name, each.figures) for each in self.rivals)]
