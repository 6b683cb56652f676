"""What ``windvane --version`` prints; reads the manifest without msgspec, numpy or onnxruntime."""

import importlib.metadata
import json
import os
from pathlib import Path

from windvane.facts import DEFAULT_BUNDLE, MANIFEST_FILE


def describe_version() -> str:
    """Name the versions of the package and of the model that commands use by default."""
    return f"windvane {_package_version()}, model {_describe_model()}"


def _package_version() -> str:
    try:
        return importlib.metadata.version("windvane")
    except importlib.metadata.PackageNotFoundError:
        return "(run from a folder, not installed)"


def _describe_model() -> str:
    """Return ``name@version``, or the bundle's URI if its manifest cannot be read from here."""
    bundle = os.environ.get("WINDVANE_BUNDLE_URI") or str(DEFAULT_BUNDLE)
    try:
        manifest = json.loads((Path(bundle) / MANIFEST_FILE).read_text(encoding="utf-8"))
        return f"{manifest['name']}@{manifest['version']}"
    except (OSError, ValueError, LookupError, TypeError):
        return bundle
