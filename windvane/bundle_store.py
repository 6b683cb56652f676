"""Where bundles are kept: a URI in, a verified bundle out."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from windvane.bundle_download import download_bundle
from windvane.inference.errors import BundleError

if TYPE_CHECKING:
    from windvane.inference.bundle import Bundle

FETCH_SECONDS = 300.0
"""How long a bundle may take from S3 where nothing else limits it."""


class BundleUriError(BundleError):
    """The URI is of a kind that bundles are not read from."""


def open_bundle(bundle_uri: str, *, fetch_seconds: float = FETCH_SECONDS) -> "Bundle":
    """Fetch and verify a bundle.

    S3 is asked with the region, credentials and endpoint of the environment, by the names that
    every AWS SDK reads.

    Args:
        bundle_uri: A folder on this machine, or ``s3://bucket/prefix/``.
        fetch_seconds: How long S3 may take.

    Raises:
        BundleUriError: The URI names neither.
        BundleError: The bundle is missing, corrupt, of another schema version, or out of reach.
    """
    scheme, separator, place = bundle_uri.partition("://")
    bucket, _, prefix = place.partition("/")
    if separator and not (scheme == "s3" and bucket and prefix.strip("/")):
        raise BundleUriError(
            f"The bundle's URI is {bundle_uri!r}; allowed is a folder, such as "
            "models/sentiment-minilm/bundle, or s3://bucket/bundles/version/."
        )
    if separator:
        folder = download_bundle(bundle_uri, os.environ, seconds=fetch_seconds)
    else:
        folder = Path(bundle_uri)
    # Imported here because msgspec takes a while to, and S3 had better be asked first.
    from windvane.inference.bundle import load_bundle

    return load_bundle(folder)
