"""The classifier that a command's options and the environment ask for."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager

from windvane.bundle_store import open_bundle
from windvane.inference.classifier import Classifier
from windvane.settings import load_settings


@contextmanager
def open_classifier(bundle_uri: str | None, threads: int | None) -> Iterator[Classifier]:
    """Open a bundle for as long as the block lasts; None leaves a choice to the settings.

    Raises:
        SettingsError: A variable of the environment holds a value that is not allowed.
        BundleError: The bundle is missing, corrupt, or of another schema version.
    """
    settings = load_settings(os.environ)
    bundle = open_bundle(bundle_uri or settings.bundle_uri)
    with closing(Classifier(bundle, threads=threads or settings.threads)) as classifier:
        yield classifier
