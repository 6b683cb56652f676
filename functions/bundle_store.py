"""Where bundles are kept: a URI in, a verified bundle out."""

from pathlib import Path

from functions.inference.bundle import Bundle, load_bundle
from functions.inference.errors import BundleError


class BundleUriError(BundleError):
    """The URI is of a kind that bundles are not read from."""


def open_bundle(bundle_uri: str) -> Bundle:
    """Fetch and verify the bundle.

    Args:
        bundle_uri: A folder on this machine.

    Raises:
        BundleUriError: The URI names no folder.
        BundleError: The bundle is missing, corrupt, or of another schema version.
    """
    scheme, separator, _ = bundle_uri.partition("://")
    if separator:
        raise BundleUriError(
            f"The bundle's URI is {bundle_uri!r}, and {scheme}:// is not read; "
            "allowed is a folder, such as models/sentiment-minilm/bundle."
        )
    return load_bundle(Path(bundle_uri))
