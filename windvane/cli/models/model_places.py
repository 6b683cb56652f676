"""Finds bundles in folders and in model buckets."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from windvane.cli.errors import CliError, file_errors
from windvane.cli.messages import print_message
from windvane.facts import BUNDLE_PREFIX, MANIFEST_FILE
from windvane.inference.errors import ManifestError
from windvane.inference.manifest import Manifest, decode_manifest, read_manifest
from windvane.settings import load_settings

if TYPE_CHECKING:
    from windvane.cli.releases.aws_access import AwsAccess
    from windvane.cli.releases.bundle_bucket import StoredBundle

_S3 = "s3://"
_MOST_BUNDLES = 1000
_DEEPEST = 3
"""A clone's root finds models/NAME/bundle."""


@dataclass(frozen=True)
class Places:
    """Where to look, and how to reach AWS.

    Attributes:
        names: Folders and buckets; empty for the bundle in use, if there is no stage either.
        stage: A deployed stage whose bucket is looked into.
        region: AWS region; None for the environment's.
        profile: AWS profile; None for the environment's.
    """

    names: Sequence[str] = ()
    stage: str | None = None
    region: str | None = None
    profile: str | None = None


@dataclass(frozen=True)
class FoundModel:
    """A bundle's manifest, and where it is.

    Attributes:
        uri: A folder, or ``s3://bucket/bundles/version/``.
        manifest: Its manifest.
        written_at: ISO 8601, UTC: when the manifest was written there.
    """

    uri: str
    manifest: Manifest
    written_at: str

    @property
    def made_at(self) -> str:
        """When it was made, according to its lineage, or when it was written."""
        lineage = self.manifest.lineage
        return lineage.created_at if lineage else self.written_at


def find_models(places: Places) -> list[FoundModel]:
    """Find every bundle, newest first.

    Raises:
        CliError: A place does not exist, holds no bundle, or AWS cannot be asked.
    """
    names = list(places.names)
    if not names and places.stage is None:
        names = [_bundle_in_use()]
    found = list(chain.from_iterable(_find(name, places) for name in names))
    if places.stage is not None:
        found += _find_in_stage(places)
    return sorted(found, key=lambda model: model.made_at, reverse=True)


def find_model(place: str, places: Places) -> FoundModel:
    """Read the manifest of one bundle.

    Raises:
        BundleError: There is no bundle, or its manifest cannot be read.
        CliError: AWS cannot be asked.
    """
    if not place.startswith(_S3):
        return _read_folder(Path(place))
    found = list(_find_in_bucket(place, places))
    if len(found) != 1:
        raise CliError(f"There is no single bundle at {place}; `windvane models list` shows them.")
    return found[0]


def _bundle_in_use() -> str:
    return load_settings(os.environ).bundle_uri


def _find(name: str, places: Places) -> list[FoundModel]:
    found = (
        list(_find_in_bucket(name, places))
        if name.startswith(_S3)
        else list(_find_in_folder(Path(name)))
    )
    if not found:
        raise CliError(f"{name} holds no bundle.")
    return found


def _find_in_folder(root: Path) -> Iterator[FoundModel]:
    if not root.is_dir():
        raise CliError(f"There is no folder {root}.")
    paths = (
        path
        for depth in range(_DEEPEST + 1)
        for path in sorted(root.glob("[!.]*/" * depth + MANIFEST_FILE))
    )
    for path in islice(paths, _MOST_BUNDLES):
        try:
            yield _read_folder(path.parent)
        except ManifestError:
            print_message(f"{path} is not the manifest of a bundle; it is left out.", err=True)


def _read_folder(folder: Path) -> FoundModel:
    manifest = read_manifest(folder)
    with file_errors():
        seconds = (folder / MANIFEST_FILE).stat().st_mtime
    return FoundModel(str(folder), manifest, _to_iso(datetime.fromtimestamp(seconds, UTC)))


def _find_in_stage(places: Places) -> list[FoundModel]:
    from windvane.cli.releases.aws_access import open_aws
    from windvane.cli.releases.deployed_stack import read_stack

    with open_aws(places.region, places.profile) as aws:
        bucket = read_stack(aws, str(places.stage)).find_output("BucketName")
        return list(_read_bucket(aws, bucket, ""))


def _find_in_bucket(uri: str, places: Places) -> Iterator[FoundModel]:
    from windvane.cli.releases.aws_access import open_aws

    bucket, _, prefix = uri.removeprefix(_S3).partition("/")
    prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
    if not bucket or not (BUNDLE_PREFIX.startswith(prefix) or prefix.startswith(BUNDLE_PREFIX)):
        raise CliError(f"Write s3://BUCKET or s3://BUCKET/{BUNDLE_PREFIX}VERSION/, not {uri}.")
    with open_aws(places.region, places.profile) as aws:
        yield from _read_bucket(aws, bucket, prefix)


def _read_bucket(aws: "AwsAccess", bucket: str, prefix: str) -> Iterator[FoundModel]:
    from windvane.cli.releases.bundle_bucket import BundleBucket

    models = BundleBucket(aws.s3, bucket)
    stored = models.read_bundles()
    chosen = [each for uri, each in stored.items() if uri.startswith(f"{_S3}{bucket}/{prefix}")]
    for bundle in chosen[:_MOST_BUNDLES]:
        if bundle.manifest is not None:
            yield from _decode(bundle, models.read_content(bundle.manifest))


def _decode(bundle: "StoredBundle", content: bytes) -> Iterator[FoundModel]:
    try:
        manifest = decode_manifest(content)
    except (RecursionError, ValueError):
        print_message(f"{bundle.uri} has no readable manifest; it is left out.", err=True)
        return
    if bundle.manifest is not None:
        yield FoundModel(bundle.uri, manifest, _to_iso(bundle.manifest.written_at))


def _to_iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
