"""The bundles in S3, and which of them are retired.

A lifecycle rule of the bucket deletes objects with the tag ``windvane-retired`` 90 days after they
were written. Tagging does not count as writing, so an object is retired by copying it onto itself.
In the versioned bucket that makes a new version, and the older one goes 30 days later.

The manifest is the first file of a bundle to be tagged and the last to lose the tag, so no file
of a bundle is tagged if the manifest is not.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from windvane.bundle_download import read_sizes
from windvane.cli.errors import CliError
from windvane.cli.releases.aws_access import AwsClient
from windvane.facts import BUNDLE_PREFIX, MANIFEST_FILE, RETIRED_DAYS, RETIRED_TAG
from windvane.inference.bundle_files import MAX_MANIFEST_BYTES
from windvane.inference.errors import ManifestError

# Headers that a copy loses unless they are passed along.
COPIED_HEADERS = (
    "CacheControl",
    "ContentDisposition",
    "ContentEncoding",
    "ContentLanguage",
    "ContentType",
    "Metadata",
    "StorageClass",
)


@dataclass(frozen=True, kw_only=True)
class BundleFile:
    """One object of a bundle."""

    key: str
    size_bytes: int
    written_at: datetime

    @property
    def name(self) -> str:
        """Name within the bundle."""
        return self.key.rpartition("/")[2]

    @property
    def ends_on(self) -> date:
        """Day that S3 deletes the file if it is retired: S3 rounds up to the next midnight, UTC."""
        return self.written_at.date() + timedelta(days=RETIRED_DAYS + 1)


@dataclass(frozen=True, kw_only=True)
class StoredBundle:
    """The files of one bundle, the manifest first."""

    uri: str
    files: tuple[BundleFile, ...]

    @property
    def version(self) -> str:
        """Version of the bundle."""
        return self.uri.rstrip("/").rpartition("/")[2]

    @property
    def manifest(self) -> BundleFile | None:
        """The manifest's file, or None if it is missing."""
        first = next(iter(self.files), None)
        return first if first and first.name == MANIFEST_FILE else None


class BundleBucket:
    """The model bucket."""

    def __init__(self, s3: AwsClient, bucket: str) -> None:
        """Store the client and the bucket's name."""
        self._s3 = s3
        self._bucket = bucket

    def read_bundles(self) -> dict[str, StoredBundle]:
        """List all bundles, by URI."""
        folders = defaultdict(list)
        for file in self._list(BUNDLE_PREFIX):
            folder, _, name = file.key.rpartition("/")
            if folder.count("/") == 1 and name:
                folders[f"s3://{self._bucket}/{folder}/"].append(file)
        return {uri: _to_bundle(uri, files) for uri, files in sorted(folders.items())}

    def read_bundle(self, uri: str) -> StoredBundle:
        """List the files of one bundle; there may be none."""
        return _to_bundle(uri, self._list(uri.removeprefix(f"s3://{self._bucket}/")))

    def read_manifest(self, manifest: BundleFile) -> "BundleManifest":
        """Read the labels, names and sizes that a bundle's manifest lists.

        Raises:
            CliError: The file is not a manifest.
        """
        content = self.read_content(manifest)
        try:
            sizes = read_sizes(content)
            fields = json.loads(content)
            labels = tuple(map(str, fields["id2label"].values()))
            return BundleManifest(f"{fields['name']}@{fields['version']}", sizes, labels)
        except (AttributeError, KeyError, ManifestError) as error:
            raise CliError(
                f"s3://{self._bucket}/{manifest.key} is not the manifest of a bundle; "
                "deploy the bundle again."
            ) from error

    def read_content(self, manifest: BundleFile) -> bytes:
        """Read the bytes of a bundle's manifest; one that is too long is cut, and so no JSON."""
        body = self._s3.get_object(Bucket=self._bucket, Key=manifest.key)["Body"]
        content: bytes = body.read(MAX_MANIFEST_BYTES)
        return content

    def is_retired(self, file: BundleFile) -> bool:
        """Return whether a file has the tag."""
        return RETIRED_TAG.items() <= self._read_tags(file).items()

    def retire(self, file: BundleFile) -> None:
        """Tag a file by copying it onto itself; headers and other tags stay."""
        head = self._s3.head_object(Bucket=self._bucket, Key=file.key)
        self._s3.copy_object(
            Bucket=self._bucket,
            Key=file.key,
            CopySource={"Bucket": self._bucket, "Key": file.key},
            CopySourceIfMatch=head["ETag"],
            # S3 refuses a copy onto itself that replaces nothing but tags.
            MetadataDirective="REPLACE",
            TaggingDirective="REPLACE",
            Tagging=urlencode({**self._read_tags(file), **RETIRED_TAG}),
            **{name: head[name] for name in COPIED_HEADERS if name in head},
        )

    def take_back(self, file: BundleFile) -> None:
        """Remove the tag from a file; other tags stay."""
        place = {"Bucket": self._bucket, "Key": file.key}
        tags = self._read_tags(file)
        other_tags = [{"Key": k, "Value": v} for k, v in tags.items() if k not in RETIRED_TAG]
        if other_tags:
            self._s3.put_object_tagging(**place, Tagging={"TagSet": other_tags})
        else:
            self._s3.delete_object_tagging(**place)

    def _list(self, prefix: str) -> Iterable[BundleFile]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=prefix
        )
        return (_to_file(item) for page in pages for item in page.get("Contents", ()))

    def _read_tags(self, file: BundleFile) -> dict[str, str]:
        response = self._s3.get_object_tagging(Bucket=self._bucket, Key=file.key)
        return {tag["Key"]: tag["Value"] for tag in response["TagSet"]}


@dataclass(frozen=True)
class BundleManifest:
    """The part of a manifest that a rollback and a comparison check.

    Attributes:
        model_id: ``name@version``, as in the response of ``/health``.
        sizes: Bytes by file name.
        labels: Label names, in the order of the logits.
    """

    model_id: str
    sizes: Mapping[str, int]
    labels: tuple[str, ...]


def _to_file(item: Mapping[str, Any]) -> BundleFile:
    return BundleFile(key=item["Key"], size_bytes=item["Size"], written_at=item["LastModified"])


def _to_bundle(uri: str, files: Iterable[BundleFile]) -> StoredBundle:
    manifest_first = sorted(files, key=lambda file: (file.name != MANIFEST_FILE, file.key))
    return StoredBundle(uri=uri, files=tuple(manifest_first))
