"""Finds evaluation files that a model was fitted to."""

from collections.abc import Iterator, Mapping

from windvane.evaluation.gate.figures import Pair
from windvane.inference.manifest import Manifest
from windvane.rows.labelled_set import LabelledSet

_FITTED_ROLES = frozenset({"corrections", "replay", "dev", "calibration"})
"""Roles of a lineage's files that the weights, the temperature or the offsets were fitted to."""
_LEARNED_TABLE = "corrections"
"""Of the gate file: what the challenger learned, by its definition."""


def list_fitted_files(sets: Mapping[str, LabelledSet], manifests: Pair[Manifest]) -> list[str]:
    """Write a sentence for each evaluation file that a model was fitted to, by the file's hash.

    Args:
        sets: Labelled sets by their table of the gate file.
        manifests: Of both models; a lineage names the files of the last retraining or calibration.
    """
    evaluated = {
        labelled.sha256: labelled.name
        for table, labelled in sets.items()
        if table != _LEARNED_TABLE
    }
    names = ("champion", "challenger")
    return [
        f"The {name} was fitted to {evaluated[sha256]} ({role}), so that its figures there are "
        "better than on other texts."
        for name, manifest in zip(names, manifests.both(), strict=True)
        for role, sha256 in _list_fitted(manifest)
        if sha256 in evaluated
    ]


def _list_fitted(manifest: Manifest) -> Iterator[tuple[str, str]]:
    """Yield role and hash of each file."""
    for file in manifest.lineage.data if manifest.lineage else []:
        if file.role in _FITTED_ROLES:
            yield file.role, file.sha256
