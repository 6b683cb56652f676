"""``windvane releases retire``: which bundles S3 is told to delete, and how."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.client import BaseClient

from tests.windvane.cli.releases.conftest import Releases
from tests.windvane.cli.releases.deployed_stage import DeployedStage
from windvane.cli.releases.bundle_bucket import BundleFile
from windvane.facts import RETIRED_TAG

OTHER_TAG = {"TagSet": [{"Key": "team", "Value": "a + b"}]}


@pytest.fixture
def bundles(stage: DeployedStage) -> list[str]:
    """The bundles of versions 1 to 4, of which the last answers."""
    return [stage.deploy(name) for name in ("first", "second", "third", "fourth")]


def retired(stage: DeployedStage, bundles: list[str]) -> list[bool]:
    """Tell which of the bundles have the tag on every file; on some only is an error."""
    tagged = [
        {RETIRED_TAG.items() <= tags.items() for tags in stage.tags(b).values()} for b in bundles
    ]
    assert all(len(answers) == 1 for answers in tagged)
    return [answers == {True} for answers in tagged]


@pytest.mark.parametrize(
    ("keep", "expected"),
    [
        ("1", [True, True, True, False]),
        ("2", [True, True, False, False]),
        ("9", [False, False, False, False]),
    ],
)
def test_retire_tags_all_but_the_newest(
    bundles: list[str],
    stage: DeployedStage,
    run_releases: Releases,
    keep: str,
    expected: list[bool],
) -> None:
    result = run_releases("retire", "--keep", keep)

    assert result.exit_code == 0
    assert retired(stage, bundles) == expected


def test_retire_keeps_three_unless_told_otherwise(
    bundles: list[str], stage: DeployedStage, run_releases: Releases
) -> None:
    run_releases("retire")

    assert retired(stage, bundles) == [True, False, False, False]


def test_retire_keeps_what_live_points_at(
    bundles: list[str], stage: DeployedStage, run_releases: Releases
) -> None:
    stage.point_live_at(1, v2=0.5)

    run_releases("retire", "--keep", "1")

    assert retired(stage, bundles) == [False, False, True, False]


def test_retire_keeps_a_bundle_that_a_newer_version_pins_too(
    stage: DeployedStage, run_releases: Releases
) -> None:
    bundles = [stage.deploy(name) for name in ("first", "second", "first")]

    run_releases("retire", "--keep", "1")

    assert retired(stage, bundles) == [False, True, False]


def test_retire_lists_what_it_did(
    bundles: list[str], stage: DeployedStage, run_releases: Releases
) -> None:
    result = run_releases("retire", "--keep", "3")

    lines = dict(line.split("  ", 1) for line in result.stdout.splitlines())
    assert lines[bundles[0]].startswith("retired (4 files, 0.0 MB)")
    assert {lines[bundle] for bundle in bundles[1:]} == {"kept"}


def test_retire_writes_each_object_anew_so_that_its_days_count_from_now(
    bundles: list[str], stage: DeployedStage, run_releases: Releases
) -> None:
    before = set(stage.object_versions())

    run_releases("retire", "--keep", "3")

    assert len(set(stage.object_versions()) - before) == len(stage.keys(bundles[0])) == 4


def test_retire_changes_nothing_of_an_object_but_its_tags(
    bundles: list[str], stage: DeployedStage, run_releases: Releases
) -> None:
    key = f"bundles/{bundles[0]}/manifest.json"
    stage.s3.put_object_tagging(Bucket=stage.bucket, Key=key, Tagging=OTHER_TAG)
    before = stage.s3.get_object(Bucket=stage.bucket, Key=key)

    run_releases("retire", "--keep", "3")

    after = stage.s3.get_object(Bucket=stage.bucket, Key=key)
    assert after["Body"].read() == before["Body"].read()
    assert after["ContentType"] == "application/json"
    assert after["Metadata"] == {"made-by": "the CDK"}
    assert stage.tags_of(key) == {"team": "a + b", "windvane-retired": "true"}


def test_retire_a_second_time_writes_nothing(
    bundles: list[str], stage: DeployedStage, run_releases: Releases
) -> None:
    run_releases("retire", "--keep", "1")
    before = stage.object_versions()

    result = run_releases("retire", "--keep", "1")

    assert stage.object_versions() == before
    assert re.search(
        rf"{bundles[0]}  is retired; S3 deletes it on \d{{4}}-\d\d-\d\d", result.stdout
    )
    assert result.stdout.endswith("There was nothing to do.\n")


def test_retire_goes_on_where_it_was_broken_off(
    bundles: list[str], stage: DeployedStage, run_releases: Releases
) -> None:
    run_releases("retire", "--keep", "3")
    key = f"bundles/{bundles[0]}/tokenizer.json"
    stage.s3.delete_object_tagging(Bucket=stage.bucket, Key=key)
    before = len(stage.object_versions())

    run_releases("retire", "--keep", "3")

    assert retired(stage, bundles[:1]) == [True]
    assert len(stage.object_versions()) == before + 1


def test_retire_tags_the_manifest_first_and_frees_it_last(
    bundles: list[str],
    stage: DeployedStage,
    run_releases: Releases,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls = []
    call_api = BaseClient._make_api_call

    def record(client: Any, operation: str, arguments: Any) -> Any:
        calls.append((operation, arguments.get("Key")))
        return call_api(client, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", record)

    run_releases("retire", "--keep", "3")
    run_releases("retire", "--keep", "4")

    manifest = f"bundles/{bundles[0]}/manifest.json"
    assert next(key for call, key in calls if call == "CopyObject") == manifest
    assert [key for call, key in calls if call == "DeleteObjectTagging"][-1] == manifest


def test_retire_takes_back_what_is_needed_again(
    bundles: list[str], stage: DeployedStage, run_releases: Releases
) -> None:
    key = f"bundles/{bundles[0]}/model.onnx"
    stage.s3.put_object_tagging(Bucket=stage.bucket, Key=key, Tagging=OTHER_TAG)
    run_releases("retire", "--keep", "1")

    result = run_releases("retire", "--keep", "4")

    assert f"{bundles[0]}  taken back (4 files, 0.0 MB)" in result.stdout
    assert retired(stage, bundles) == [False] * 4
    assert stage.tags_of(key) == {"team": "a + b"}
    assert run_releases("rollback", "--to", "1", "--yes").exit_code == 0


def test_retire_dry_run_does_nothing(
    bundles: list[str], stage: DeployedStage, run_releases: Releases
) -> None:
    before = stage.object_versions()

    result = run_releases("retire", "--keep", "1", "--dry-run")

    assert f"{bundles[0]}  would be retired (4 files" in result.stdout
    assert stage.object_versions() == before
    assert retired(stage, bundles) == [False] * 4


def test_retire_refuses_while_a_deployment_runs(
    bundles: list[str], stage: DeployedStage, run_releases: Releases
) -> None:
    # Its bundle is in the bucket before a version pins it.
    coming = stage.upload_bundle("fifth")
    stage.set_status("UPDATE_IN_PROGRESS")

    result = run_releases("retire", "--keep", "1")

    assert result.exit_code == 2
    assert "UPDATE_IN_PROGRESS" in result.stderr
    assert retired(stage, [*bundles, coming]) == [False] * 5


def test_retire_refuses_when_it_cannot_tell_what_a_version_pins(
    bundles: list[str], stage: DeployedStage, run_releases: Releases
) -> None:
    stage.publish({"OTHER": "1"})

    result = run_releases("retire", "--keep", "1")

    assert result.exit_code == 2
    assert "version 5 pins cannot be read" in result.stderr
    assert retired(stage, bundles) == [False] * 4


def test_retire_leaves_alone_what_is_no_bundle(
    bundles: list[str], stage: DeployedStage, run_releases: Releases
) -> None:
    for key in ("bundles/note.txt", "other/1/manifest.json", "bundles/a/b/model.onnx"):
        stage.s3.put_object(Bucket=stage.bucket, Key=key, Body=b"")

    run_releases("retire", "--keep", "1")

    assert stage.tags_of("bundles/note.txt") == {}
    assert stage.tags_of("other/1/manifest.json") == {}
    assert stage.tags_of("bundles/a/b/model.onnx") == {}


def test_bundle_file_ends_at_the_midnight_after_its_days() -> None:
    written_at = datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC)

    file = BundleFile(key="bundles/1/model.onnx", size_bytes=1, written_at=written_at)

    assert file.ends_on.isoformat() == "2026-04-02"
