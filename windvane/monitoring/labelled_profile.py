"""The reference profile of labelled texts, whose labels it does not need."""

from collections.abc import Sequence

from windvane.inference.classifier import Classifier
from windvane.inference.reference_profile import ProfileSource, ReferenceProfile
from windvane.monitoring.observation import observe
from windvane.monitoring.profile_building import FEWEST_TEXTS, build_profile
from windvane.rows.labelled_set import LabelledSet


def build_labelled_profile(
    classifier: Classifier, files: Sequence[LabelledSet]
) -> ReferenceProfile | None:
    """Build the profile of the texts of some files; None if they are fewer than `FEWEST_TEXTS`.

    Raises:
        ModelRunError: The model could not be run.
    """
    texts = [text for labelled in files for text in labelled.texts]
    if len(texts) < FEWEST_TEXTS:
        return None
    sources = [
        ProfileSource(file=each.name, sha256=each.sha256, texts=len(each.texts)) for each in files
    ]
    observations = list(map(observe, texts, classifier.classify(texts)))
    return build_profile(observations, classifier.labels, sources=sources)
