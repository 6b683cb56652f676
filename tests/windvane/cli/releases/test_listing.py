"""``windvane releases list``: versions, bundles, and which of them answer."""

import json
import re

from tests.windvane.cli.releases.conftest import Releases
from tests.windvane.cli.releases.deployed_stage import STACK, DeployedStage


def rows(table: str) -> list[list[str]]:
    """Split a table into its cells, the header left out."""
    return [re.split(r"  +", line.strip()) for line in table.splitlines()[1:]]


def test_list_shows_versions_newest_first(stage: DeployedStage, run_releases: Releases) -> None:
    bundles = [stage.deploy(f"bundle {i}") for i in range(11)]

    result = run_releases("list")

    assert result.exit_code == 0
    shown = rows(result.stdout)
    assert [row[0] for row in shown] == [str(number) for number in range(11, 0, -1)]
    assert [row[1] for row in shown] == bundles[::-1]


def test_list_marks_only_the_version_that_answers(
    stage: DeployedStage, run_releases: Releases
) -> None:
    stage.deploy("first")
    stage.deploy("second")
    stage.point_live_at(1)

    result = run_releases("list")

    assert [row[-1] == "100%" for row in rows(result.stdout)] == [False, True]


def test_list_shows_weights_and_the_deployment_of_a_canary(
    stage: DeployedStage, run_releases: Releases
) -> None:
    stage.deploy("first")
    stage.deploy("second")
    stage.point_live_at(1, v2=0.1)
    deployment = stage.start_deployment()

    result = run_releases("list")

    [second, first, note] = rows(result.stdout)
    assert (second[-1], first[-1]) == ("10%", "90%")
    assert f"stop-deployment --auto-rollback-enabled --deployment-id {deployment}" in note[0]


def test_list_tells_what_became_of_each_bundle(
    stage: DeployedStage, run_releases: Releases
) -> None:
    gone = stage.deploy("first")
    stage.deploy("second")
    stage.deploy("third")
    run_releases("retire", "--keep", "1")
    for key in stage.keys(gone):
        stage.s3.delete_object(Bucket=stage.bucket, Key=key)

    result = run_releases("list")

    states = [row[2] for row in rows(result.stdout)]
    assert states[0] == "in S3"
    assert re.fullmatch(r"retired, ends \d{4}-\d\d-\d\d", states[1])
    assert states[2] == "gone"


def test_list_calls_a_bundle_unknown_that_no_variable_names(
    stage: DeployedStage, run_releases: Releases
) -> None:
    stage.point_live_at(stage.publish({"OTHER": "1"}))

    result = run_releases("list")

    assert rows(result.stdout)[0][1:3] == ["unknown", "unknown"]


def test_list_says_that_live_points_at_no_published_version(
    stage: DeployedStage, run_releases: Releases
) -> None:
    stage.deploy()
    stage.point_live_at("$LATEST")

    result = run_releases("list")

    assert "live points at $LATEST, which is not a published version." in result.stdout


def test_list_writes_the_same_as_json(stage: DeployedStage, run_releases: Releases) -> None:
    first, second = stage.deploy("first"), stage.deploy("second")
    stage.point_live_at(1, v2=0.1)
    configuration = stage.functions.get_function_configuration(FunctionName=STACK, Qualifier="2")

    result = run_releases("list", "--json")

    listed = json.loads(result.stdout)
    assert listed["live"] == {"1": 0.9, "2": 0.1}
    assert [version["bundle"] for version in listed["versions"]] == [second, first]
    assert listed["versions"][0] == {
        "version": 2,
        "bundle": second,
        "bundle_state": "in S3",
        "published_at": configuration["LastModified"],
        "code_sha256": configuration["CodeSha256"],
        "live_weight": 0.1,
    }


def test_list_works_beside_a_deployment(stage: DeployedStage, run_releases: Releases) -> None:
    stage.deploy()
    stage.set_status("UPDATE_IN_PROGRESS")

    result = run_releases("list", "--json")

    assert json.loads(result.stdout)["status"] == "UPDATE_IN_PROGRESS"
