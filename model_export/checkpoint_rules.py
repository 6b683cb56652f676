"""Rules for a checkpoint that cost nothing to check, and are checked before the long work."""

from transformers import PretrainedConfig

from model_export.errors import CheckpointError
from windvane.inference.manifest import MOST_LABELS, find_label_fault

_MULTI_LABEL = "multi_label_classification"


def require_classifier(name: str, config: PretrainedConfig) -> None:
    """Check that a checkpoint's config is one of a classifier with a name for every column.

    Raises:
        CheckpointError: It is of another kind of model, or its labels break a rule.
    """
    if not is_classifier(config):
        names = ", ".join(_list_architectures(config)) or "no architecture"
        raise CheckpointError(f"{name} is no sequence classifier: its config names {names}.")
    _require_classes(name, config)
    _require_labels(name, config.id2label)


def is_classifier(config: PretrainedConfig) -> bool:
    """Tell whether a config is one of a model with a classification head."""
    return any(each.endswith("ForSequenceClassification") for each in _list_architectures(config))


def _list_architectures(config: PretrainedConfig) -> list[str]:
    """Read the names, whatever else a file has in their place."""
    names = config.architectures
    return [each for each in names if isinstance(each, str)] if isinstance(names, list) else []


def _require_classes(name: str, config: PretrainedConfig) -> None:
    """Refuse outputs that are no classes; transformers trains one column as a regression."""
    columns = len(config.id2label)
    if config.problem_type == "regression":
        raise CheckpointError(
            f"{name} gives numbers instead of labels (regression), which is not supported."
        )
    if columns > 1 and config.problem_type == _MULTI_LABEL:
        raise CheckpointError(
            f"{name} gives a text several labels at once (multi-label), which is not supported."
        )
    if columns == 1 and config.problem_type is None:
        raise CheckpointError(
            f"{name} has one output, which transformers trains as a number (regression); if it is "
            f'the logit of a label, set problem_type in its config to "{_MULTI_LABEL}".'
        )


def _require_labels(name: str, id2label: dict[int, object]) -> None:
    hint = "mend id2label in its config."
    numbers = sorted(id2label)
    if len(numbers) > MOST_LABELS:
        raise CheckpointError(
            f"{name} has {len(numbers):,} labels; at most {MOST_LABELS:,} are allowed."
        )
    if numbers != list(range(len(numbers))):
        shown = ", ".join(str(number) for number in numbers[:5])
        raise CheckpointError(
            f"{name} numbers its labels {shown}; they count from 0 without gaps: {hint}"
        )
    seen: dict[str, int] = {}
    for number in numbers:
        if isinstance(id2label[number], list | dict):
            raise CheckpointError(f"Label {number} of {name} is not a name; {hint}")
        label = "" if id2label[number] is None else str(id2label[number])
        if fault := find_label_fault(label):
            raise CheckpointError(f"Label {number} of {name} {fault}; {hint}")
        if label in seen:
            raise CheckpointError(
                f'{name} names two labels "{label}", numbers {seen[label]} and {number}; {hint}'
            )
        seen[label] = number
