import re
from collections.abc import Collection
from pathlib import Path

import pytest

from infra.stage_files import FOLDER, FOLDER_VARIABLE, find_folder, list_stages, read_stage
from infra.stage_tables import Jobs, Monitor, Shadow
from infra.stages import Stage, StageError
from tests.conftest import REPOSITORY
from windvane.facts import IDEMPOTENCY_LEASE_SECONDS

CLOUD_PAGE = (REPOSITORY / "docs" / "cloud.md").read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of stage files, empty."""
    stages = tmp_path / "stages"
    stages.mkdir()
    return stages


def read(folder: Path, content: str, **overrides: str) -> Stage:
    """Write a stage's file and read it."""
    (folder / "pr-42.toml").write_text(content, encoding="utf-8")
    return read_stage("pr-42", overrides, folder=folder)


def test_stages_of_the_repository_are_read() -> None:
    assert [read_stage(name).name for name in list_stages()] == ["dev", "prod"]


def test_variable_names_another_folder(folder: Path) -> None:
    assert find_folder({FOLDER_VARIABLE: str(folder)}) == folder
    assert find_folder({FOLDER_VARIABLE: ""}) == FOLDER == find_folder({})


def test_stage_takes_its_name_from_its_file_and_defaults_for_what_it_leaves_out(
    folder: Path,
) -> None:
    stage = read(folder, "retention_days = 3")

    assert (stage.name, stage.stack_name) == ("pr-42", "windvane-pr-42")
    assert stage.retention_days == 3
    assert stage.architecture == "arm64"


def test_overrides_replace_what_the_file_says(folder: Path) -> None:
    content = 'architecture = "arm64"\nalarm_email = "a@example.com"'

    stage = read(folder, content, architecture="x86_64")

    assert (stage.architecture, stage.alarm_email) == ("x86_64", "a@example.com")


@pytest.mark.parametrize("name", ["", "Dev", "../dev", "dev.toml", "dev-data", "d" * 32])
def test_stage_name_is_refused_that_could_not_be_in_names(name: str) -> None:
    with pytest.raises(StageError, match=r"^The stage is '.*'; a stage's name has at most 31 "):
        read_stage(name)


def test_unknown_stage_is_refused_with_the_stages_there_are() -> None:
    with pytest.raises(StageError) as refused:
        read_stage("production")

    assert str(refused.value) == (
        "There is no stages/production.toml; the stages with a file are dev and prod."
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("memory = 512", "has an unknown key memory: did you mean memory_mb?"),
        ("colour = 1", "has an unknown key colour: docs/cloud.md lists those known."),
        ('name = "prod"', "has an unknown key name: docs/cloud.md lists those known."),
        ("[dev]\nburst = 1", "has an unknown key dev: docs/cloud.md lists those known."),
        ('memory_mb = "512"', ", key memory_mb: expected `int`, got `str`."),
        ("memory_mb = 64", ", key memory_mb: expected `int` >= 128."),
        ("tracing = 1", ", key tracing: expected `bool`, got `int`."),
        ("burst = 1.5", ", key burst: expected `int`, got `float`."),
        ('architecture = "arm"', ", key architecture: must be arm64 or x86_64."),
        ('store_text = "all"', ", key store_text: must be none or hash or full."),
        ("burst = " + "[" * 5000, "is nested too deeply."),
        ("burst = ", "is not TOML: Invalid value (at end of document)."),
        ("burst = 1\nburst = 2", "is not TOML: Cannot overwrite a value (at end of document)."),
    ],
)
def test_stage_file_is_refused_in_one_sentence_with_file_and_key(
    folder: Path, content: str, sentence: str
) -> None:
    with pytest.raises(StageError) as refused:
        read(folder, content)

    assert str(refused.value).startswith("stages/pr-42.toml")
    assert str(refused.value).removeprefix("stages/pr-42.toml").lstrip() == sentence
    assert "\n" not in str(refused.value)


def test_stage_file_that_is_not_utf_8_is_refused(folder: Path) -> None:
    (folder / "pr-42.toml").write_bytes(b"# \xff")

    with pytest.raises(StageError, match=r"^stages/pr-42\.toml is not UTF-8"):
        read_stage("pr-42", folder=folder)


def test_override_is_refused_as_of_the_command_line(folder: Path) -> None:
    with pytest.raises(StageError, match=r"^the command line, key alarm_email: expected `str` "):
        read(folder, "", alarm_email="nobody")


@pytest.mark.parametrize(
    ("heading", "keys"),
    [
        ("key", set(Stage.__struct_fields__) - {"name"}),
        ("key of `[jobs]`", Jobs.__struct_fields__),
        ("key of `[monitor]`", Monitor.__struct_fields__),
        ("key of `[shadow]`", Shadow.__struct_fields__),
    ],
)
def test_cloud_page_lists_every_key(heading: str, keys: Collection[str]) -> None:
    [table] = re.findall(rf"^\| {re.escape(heading)} \|.*\n((?:\|.*\n)+)", CLOUD_PAGE, re.MULTILINE)

    listed = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)

    assert sorted(listed) == sorted(keys)


def test_stage_says_what_destroy_keeps() -> None:
    assert "no data" in read_stage("dev").destroy_keeps
    for kept in ("windvane-prod-data", "the table", "the bucket", "the logs"):
        assert kept in read_stage("prod").destroy_keeps


@pytest.mark.parametrize("name", list_stages())
def test_function_is_stopped_before_its_claims_of_idempotency_keys_end(name: str) -> None:
    assert read_stage(name).timeout_seconds < IDEMPOTENCY_LEASE_SECONDS
