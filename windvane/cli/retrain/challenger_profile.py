"""The reference profile of a challenger, so that it can be monitored once it is released."""

from collections.abc import Sequence

from windvane.cli.messages import print_message
from windvane.inference.classifier import Classifier
from windvane.inference.reference_profile import ReferenceProfile
from windvane.monitoring.labelled_profile import build_labelled_profile
from windvane.monitoring.profile_building import FEWEST_TEXTS
from windvane.rows.labelled_set import LabelledSet


def profile_challenger(
    classifier: Classifier, dev: Sequence[LabelledSet]
) -> ReferenceProfile | None:
    """Build the profile of the dev texts; None if they are too few, which is printed.

    Raises:
        ModelRunError: The model could not be run.
    """
    profile = build_labelled_profile(classifier, dev)
    if profile is None:
        print_message(
            f"The new bundle has no reference profile, which needs {FEWEST_TEXTS} dev texts; "
            "`windvane monitor profile` adds one.",
            err=True,
        )
    return profile
