"""The bundle of a stage's challenger, which must be able to stand in for the champion."""

from pathlib import Path

from infra.model_bundle import ModelBundle, read_model_bundle
from infra.stages import Stage, StageError


def read_challenger(stage: Stage, champion: ModelBundle) -> ModelBundle | None:
    """Read the bundle that answers in shadow, if the stage has one.

    Args:
        stage: Its ``shadow``.
        champion: The bundle that answers callers.

    Raises:
        ModelBundleError: There is no sound bundle in the folder.
        StageError: Its labels are others than the champion's, or it is the same bundle.
    """
    if stage.shadow is None:
        return None
    challenger = read_model_bundle(Path(stage.shadow.bundle))
    key = f"stages/{stage.name}.toml, key shadow.bundle"
    if challenger.version == champion.version:
        raise StageError(f"{key}: it is the bundle that answers; name another, or none.")
    if set(challenger.labels) != set(champion.labels):
        raise StageError(
            f"{key}: its labels are {', '.join(challenger.labels)}, and those of the bundle that "
            f"answers are {', '.join(champion.labels)}; answers can only be compared if both have "
            "the same."
        )
    return challenger
