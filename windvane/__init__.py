"""Sentiment of a text: a transformer that you own and run without servers.

>>> from windvane import load_classifier
>>> classifier = load_classifier()
>>> classifier.classify(["I love it"])[0].label
'positive'
"""

import os
from typing import TYPE_CHECKING

# onnxruntime reads this when it is imported. Without it, onnxruntime keeps a device id in the
# home folder and sends telemetry to Microsoft; see Privacy.md in its package.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

if TYPE_CHECKING:
    from os import PathLike

    from windvane.inference.classifier import Classifier
    from windvane.inference.predictions import Prediction

    __version__: str

__all__ = ["Classifier", "Prediction", "__version__", "load_classifier"]


def load_classifier(
    bundle: "str | PathLike[str] | None" = None, *, threads: int | None = None
) -> "Classifier":
    """Open a bundle's classifier.

    Args:
        bundle: A folder, or ``s3://bucket/prefix/``.  [default: WINDVANE_BUNDLE_URI, or the model
            that comes with Windvane]
        threads: How many texts to run at once.  [default: WINDVANE_THREADS, or one for each CPU]

    Returns:
        A classifier, safe to call from several threads.

    Raises:
        BundleError: The bundle is missing, corrupt, or of another schema version.
        SettingsError: An environment variable has a value that is not allowed.
        ValueError: ``threads`` is less than 1.
    """
    from windvane.bundle_store import open_bundle
    from windvane.inference.classifier import Classifier
    from windvane.settings import load_settings

    if threads is not None and threads < 1:
        raise ValueError(f"threads is {threads}; at least 1 is allowed.")
    settings = load_settings(os.environ)
    uri = os.fspath(bundle) if bundle else settings.bundle_uri
    return Classifier(open_bundle(uri), threads=threads or settings.threads)


if not TYPE_CHECKING:  # a type checker would take any name for one of ours

    def __getattr__(name: str) -> object:
        """Import a public name when it is first used: a function in Lambda starts without."""
        if name == "Classifier":
            from windvane.inference.classifier import Classifier

            return Classifier
        if name == "Prediction":
            from windvane.inference.predictions import Prediction

            return Prediction
        if name == "__version__":
            import importlib.metadata

            return importlib.metadata.version("windvane")
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
