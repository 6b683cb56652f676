"""``windvane models``: bundles in folders and buckets, listed, shown and compared."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import pytest
from click.testing import CliRunner, Result
from moto import mock_aws
from msgspec.structs import replace

from tests.tiny_bundle import write_tiny_bundle
from tests.windvane.evaluation.gate.gate_cases import write_renamed_bundle, write_worse_bundle
from tests.windvane.inference.bundle_faults import edit_manifest
from windvane.cli.main import windvane
from windvane.facts import DEFAULT_BUNDLE
from windvane.inference.lineage import DataFile, GateLimit, Lineage
from windvane.inference.manifest import read_manifest, write_manifest

Run = Callable[..., Result]
REGION = "eu-west-1"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run ``windvane models`` in a folder with two bundles: champion, and new/bundle from it."""
    monkeypatch.chdir(tmp_path)
    parent = read_manifest(write_tiny_bundle(tmp_path / "champion"))
    made = write_tiny_bundle(tmp_path / "new" / "bundle", temperature=2)
    lineage = Lineage(
        parent=parent.version,
        created_at="2999-01-01T00:00:00Z",
        command="windvane retrain test.csv",
        data=[DataFile("replay", "old.csv", "0" * 64, 30)],
        gate=[GateLimit("files.test.csv", "ece", "max", 0.1, 0.02, 0.2, False)],
    )
    evaluation = {"files": [{"file": "test.csv", "texts": 6, "accuracy": 0.5, "ece": 0.2}]}
    write_manifest(made, replace(read_manifest(made), lineage=lineage, evaluation=evaluation))
    return lambda *arguments: CliRunner().invoke(windvane, ["models", *arguments])


def test_list_finds_the_bundles_of_a_folder_newest_first(run: Run, tmp_path: Path) -> None:
    result = run("list", str(tmp_path), "--json")

    assert result.exit_code == 0, result.output
    newest, oldest = json.loads(result.stdout)
    assert newest["uri"] == str(tmp_path / "new" / "bundle")
    assert newest["parent"] == oldest["version"]
    assert (newest["gate_kept"], oldest["gate_kept"]) == (False, None)
    assert newest["bytes"] > 0


def test_list_shows_a_row_for_each_bundle(run: Run) -> None:
    result = run("list", "champion", "new")

    assert result.exit_code == 0, result.output
    [_, newest, oldest] = result.stdout.splitlines()
    assert "test.csv 50.00%" in newest
    assert "1 broken" in newest
    assert "2999-01-01T00:00:00Z" in newest
    assert "champion" in oldest


def test_list_shows_the_bundle_in_use_by_default(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WINDVANE_BUNDLE_URI", "champion")

    result = run("list", "--json")

    assert [each["uri"] for each in json.loads(result.stdout)] == ["champion"]


def test_list_leaves_out_what_is_no_bundle(run: Run) -> None:
    Path("new/manifest.json").write_text('{"name": "an app"}', encoding="utf-8")

    result = run("list", "new", "--json")

    assert result.exit_code == 0, result.output
    assert [each["uri"] for each in json.loads(result.stdout)] == ["new/bundle"]
    assert "new/manifest.json is not the manifest of a bundle; it is left out." in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["list", "none"], "There is no folder none."),
        (["list", "empty"], "empty holds no bundle."),
        (["list", "s3://bucket/other/"], "Write s3://BUCKET or s3://BUCKET/bundles/VERSION/"),
        (["show", "none"], "cannot be read"),
        (["compare", "champion", "champion", "--texts", "none.csv"], "Cannot open none.csv"),
    ],
)
def test_place_that_holds_nothing_ends_with_2(run: Run, arguments: list[str], message: str) -> None:
    Path("empty").mkdir()

    result = run(*arguments)

    assert result.exit_code == 2
    assert message in result.stderr


def test_show_has_lineage_figures_and_gate(run: Run) -> None:
    result = run("show", "new/bundle")

    assert result.exit_code == 0, result.output
    for shown in ("windvane retrain test.csv", "old.csv", "max 0.1", "broken", "0.5000"):
        assert shown in result.stdout


def test_show_says_what_the_included_bundle_can_be_watched_by(run: Run) -> None:
    result = run("show", str(DEFAULT_BUNDLE))

    assert re.search(r"^language test +yes *$", result.stdout, re.MULTILINE)
    assert re.search(r"^reference profile +1,551 texts *$", result.stdout, re.MULTILINE)


def test_show_names_the_offsets_of_a_calibrated_bundle(run: Run) -> None:
    edit_manifest(
        Path("champion"),
        offsets={"values": [0.25, 0.0, -0.25], "exported_temperature": 1.0},
        schema_version=2,
        lineage={"parent": "c41a5da3aa05", "created_at": "2026-11-27T00:00:00Z", "command": "x"},
    )

    result = run("show", "champion")

    assert "negative +0.25, neutral +0.00, positive -0.25" in result.stdout
    assert "c41a5da3aa05" in result.stdout
    assert "Gate" not in result.stdout


def test_show_writes_the_manifest_as_json(run: Run) -> None:
    result = run("show", "new/bundle", "--json")

    content = json.loads(result.stdout)
    assert content["manifest"]["lineage"]["data"][0]["file"] == "old.csv"


def test_compare_marks_the_fields_that_differ(run: Run) -> None:
    result = run("compare", "champion", "new/bundle")

    assert result.exit_code == 0, result.output
    lines = {line.split("  ")[1].strip(" *"): line for line in result.stdout.splitlines()}
    marked = {line.strip(" *").split("  ")[0] for line in lines.values() if line.startswith("*")}
    assert {"version", "temperature", "parent", "gate"} <= marked
    assert "labels" not in marked


def test_compare_measures_agreement_on_a_file_of_texts(run: Run, tmp_path: Path) -> None:
    write_worse_bundle(tmp_path / "worse")
    Path("texts.csv").write_text("text\ngood\nso good\nbad\nnoon\n", encoding="utf-8")

    same = json.loads(
        run("compare", "champion", "champion", "--texts", "texts.csv", "--json").stdout
    )
    worse = run("compare", "champion", "worse", "--texts", "texts.csv")

    assert same["agreement"]["same_label"] == same["agreement"]["texts"] == 4
    assert same["agreement"]["largest_gap"] == 0
    assert "1 (25.00%)" in worse.stdout
    assert "positive to negative" in worse.stdout
    assert "so good" not in worse.stdout


def test_compare_refuses_texts_for_other_labels(run: Run, tmp_path: Path) -> None:
    write_renamed_bundle(tmp_path / "other", "bad", "neutral", "good")
    Path("texts.csv").write_text("text\ngood\n", encoding="utf-8")

    result = run("compare", "champion", "other", "--texts", "texts.csv")

    assert result.exit_code == 2
    assert "The challenger has other labels" in result.stderr


def upload(folder: Path, bucket: str, prefix: str) -> None:
    s3 = boto3.client("s3", region_name=REGION)
    for path in folder.iterdir():
        s3.upload_file(str(path), bucket, f"{prefix}{path.name}")


@pytest.fixture
def bucket(run: Run, aws_environment: pytest.MonkeyPatch) -> Iterator[object]:
    aws_environment.setenv("AWS_ACCESS_KEY_ID", "testing")
    aws_environment.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        place = {"LocationConstraint": REGION}
        s3 = boto3.client("s3", region_name=REGION)
        s3.create_bucket(Bucket="models", CreateBucketConfiguration=place)
        for folder in (Path("champion"), Path("new/bundle")):
            version = read_manifest(folder).version
            upload(folder, "models", f"bundles/{version}/")
        s3.put_object(Bucket="models", Key="bundles/broken/manifest.json", Body=b"{")
        yield s3


@pytest.mark.usefixtures("bucket")
def test_list_reads_a_model_bucket(run: Run) -> None:
    result = run("list", "s3://models", "--json")

    assert result.exit_code == 0, result.output
    newest, oldest = json.loads(result.stdout)
    assert newest["uri"] == f"s3://models/bundles/{newest['version']}/"
    assert newest["parent"] == oldest["version"]
    assert "s3://models/bundles/broken/ has no readable manifest" in result.stderr


@pytest.mark.usefixtures("bucket")
def test_show_reads_one_bundle_of_a_bucket(run: Run) -> None:
    version = read_manifest(Path("champion")).version

    shown = run("show", f"s3://models/bundles/{version}/", "--json")
    absent = run("show", "s3://models/bundles/none/")

    assert json.loads(shown.stdout)["manifest"]["version"] == version
    assert absent.exit_code == 2
    assert "There is no single bundle at s3://models/bundles/none/" in absent.stderr
