"""What a smoke test sends, and what it expects beyond the form of the responses."""

from dataclasses import dataclass

DEFAULT_TEXT = "I love it"
DEFAULT_LABEL = "positive"


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """The text, and what the service must say of it.

    Attributes:
        text: Text to classify.
        label: Its label; None accepts any of the model's.
        model: ``name@version`` or the version that has to answer; None accepts any.
        must_record: Whether a service that records no results fails.
    """

    text: str = DEFAULT_TEXT
    label: str | None = None
    model: str | None = None
    must_record: bool = False

    def describe(self) -> str:
        """Say what has to come back."""
        label = "a label that fits the scores"
        if self.label is not None:
            label = f"the label {self.label}"
        elif self.text == DEFAULT_TEXT:
            label = f"the label {DEFAULT_LABEL} (if the model has it)"
        model = f"the model {self.model}" if self.model else "a model"
        return f"200 with {label} and {model}"

    def label_among(self, labels: object) -> str | None:
        """Return the label that is expected of a model with these labels."""
        if self.label is None and self.text == DEFAULT_TEXT and DEFAULT_LABEL in _names(labels):
            return DEFAULT_LABEL
        return self.label

    def accepts_model(self, model: str) -> bool:
        """Return whether a model may answer."""
        return self.model is None or self.model in {model, model.rpartition("@")[2]}


def _names(labels: object) -> set[str]:
    return set(labels) if isinstance(labels, dict) else set()
