"""Opens a bundle by its URI: a folder, or a prefix in S3."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from windvane.inference.errors import BundleError

if TYPE_CHECKING:
    from windvane.inference.bundle import Bundle

FETCH_SECONDS = 300.0
"""Default time limit of a download from S3."""


class BundleUriError(BundleError):
    """The URI is neither a folder nor an S3 URI."""


def open_bundle(
    bundle_uri: str, *, fetch_seconds: float = FETCH_SECONDS, weights_later: bool = False
) -> "Bundle":
    """Fetch and verify a bundle.

    Region, credentials and endpoint of S3 come from the environment variables that every AWS SDK
    reads.

    Args:
        bundle_uri: A folder on this machine, or ``s3://bucket/prefix/``.
        fetch_seconds: Time limit of a download.
        weights_later: See `windvane.inference.bundle.load_bundle`.

    Raises:
        BundleUriError: The URI is neither.
        BundleError: The bundle is missing, corrupt, of another schema version, or unreachable.
    """
    scheme, separator, place = bundle_uri.partition("://")
    bucket, _, prefix = place.partition("/")
    if separator and not (scheme == "s3" and bucket and prefix.strip("/")):
        raise BundleUriError(
            f"The bundle's URI is {bundle_uri!r}; allowed is a folder, such as "
            "models/sentiment-minilm/bundle, or s3://bucket/bundles/version/."
        )
    if separator:
        # Imported late: a bundle on this machine needs no client of AWS.
        from windvane.bundle_download import download_bundle

        folder = download_bundle(bundle_uri, os.environ, seconds=fetch_seconds)
    else:
        folder = Path(bundle_uri)
    # Imported late: msgspec takes long to import, and the download should start first.
    from windvane.inference.bundle import load_bundle

    return load_bundle(folder, weights_later=weights_later)
