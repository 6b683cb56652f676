import json
from pathlib import Path
from typing import Any

import pytest

from tests.infra.synthesized import SynthesizedStage


@pytest.fixture
def manifest(tiny_bundle: Path) -> Any:
    return json.loads((tiny_bundle / "manifest.json").read_bytes())


def test_model_bucket_keeps_versions_and_is_closed(stage: SynthesizedStage) -> None:
    bucket = stage.only("AWS::S3::Bucket")

    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert "BucketEncryption" in bucket


def test_model_bucket_refuses_what_is_not_tls(stage: SynthesizedStage) -> None:
    policy = stage.only("AWS::S3::BucketPolicy")["PolicyDocument"]

    [refusal] = [item for item in policy["Statement"] if item["Effect"] == "Deny"]
    assert refusal["Action"] == "s3:*"
    assert refusal["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_model_bucket_ends_retired_and_replaced_bundles_only(stage: SynthesizedStage) -> None:
    rules = stage.only("AWS::S3::Bucket")["LifecycleConfiguration"]["Rules"]

    expiring = [rule for rule in rules if "ExpirationInDays" in rule]
    [retired] = expiring
    assert retired["TagFilters"] == [{"Key": "windvane-retired", "Value": "true"}]
    assert retired["ExpirationInDays"] == 90
    assert any("NoncurrentVersionExpiration" in rule for rule in rules)


def test_upload_puts_the_bundle_under_its_version_beside_older_ones(
    stage: SynthesizedStage, manifest: Any
) -> None:
    uploads = [upload["Properties"] for upload in stage.find("Custom::CDKBucketDeployment")]

    prefixes = [upload["DestinationBucketKeyPrefix"] for upload in uploads]
    assert f"bundles/{manifest['version']}/" in prefixes
    assert [upload["Prune"] for upload in uploads] == [False] * len(uploads)
    assert [upload.get("RetainOnDelete", True) for upload in uploads] == [True] * len(uploads)


def test_upload_takes_the_files_of_the_bundle_alone(dev: SynthesizedStage, manifest: Any) -> None:
    [staged] = [path.parent for path in dev.folder.glob("asset.*/manifest.json")]

    names = {path.name for path in staged.iterdir()}
    assert names == {"manifest.json", *manifest["files"]}


def test_model_bucket_goes_with_dev_and_stays_after_prod(
    dev: SynthesizedStage, prod: SynthesizedStage
) -> None:
    [of_dev], [of_prod] = dev.find("AWS::S3::Bucket"), prod.find("AWS::S3::Bucket")

    assert of_dev["DeletionPolicy"] == "Delete"
    assert dev.find("Custom::S3AutoDeleteObjects")
    assert of_prod["DeletionPolicy"] == "RetainExceptOnCreate"
    assert not prod.find("Custom::S3AutoDeleteObjects")
