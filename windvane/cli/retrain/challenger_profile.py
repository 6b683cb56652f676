"""The reference profile of a challenger, so that it can be monitored once it is released."""

from collections.abc import Sequence

from windvane.cli.messages import print_message
from windvane.inference.classifier import Classifier
from windvane.inference.reference_profile import ProfileSource, ReferenceProfile
from windvane.monitoring.observation import observe
from windvane.monitoring.profile_building import FEWEST_TEXTS, build_profile
from windvane.rows.labelled_set import LabelledSet


def profile_challenger(
    classifier: Classifier, dev: Sequence[LabelledSet]
) -> ReferenceProfile | None:
    """Build the profile of the dev texts; None if they are too few, which is printed.

    Raises:
        ModelRunError: The model could not be run.
    """
    texts = [text for labelled in dev for text in labelled.texts]
    if len(texts) < FEWEST_TEXTS:
        print_message(
            f"The new bundle has no reference profile, which needs {FEWEST_TEXTS} dev texts; "
            "`windvane monitor profile` adds one.",
            err=True,
        )
        return None
    sources = [
        ProfileSource(file=each.name, sha256=each.sha256, texts=len(each.texts)) for each in dev
    ]
    observations = list(map(observe, texts, classifier.classify(texts)))
    return build_profile(observations, classifier.labels, sources=sources)
