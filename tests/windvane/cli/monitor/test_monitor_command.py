"""`windvane monitor` on a log, a file and a table."""

import json
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from tests.moto_server import MotoServer, moto_server
from tests.windvane.cli.monitor.conftest import Record, Run, to_record
from tests.windvane.monitoring.observations import draw_observations
from tests.windvane.result_log.records import give_moto_time
from windvane.cli.main import windvane
from windvane.inference.manifest import read_manifest, write_manifest
from windvane.monitoring.profile_building import build_profile
from windvane.result_log.result_id import to_timestamp
from windvane.result_log.result_log import open_result_log

__all__ = ["moto_server"]

DRIFT = (0.7, 0.2, 0.1)


def test_monitor_of_a_quiet_log_ends_with_0(run: Run, record: Record) -> None:
    record(draw_observations(300, 2))

    done = run()

    assert (done.exit_code, done.stderr) == (0, "")
    assert "300 records (2026-11-22) against the 2,000 texts of the reference" in done.output
    assert "All 6 limits hold." in done.output


def test_monitor_of_a_drifted_log_ends_with_1_and_names_the_feature(
    run: Run, record: Record
) -> None:
    record(draw_observations(300, 2, shares=DRIFT))

    done = run("--json")

    report = json.loads(done.output)
    exceeded = {each["feature"] for each in report["limits"] if each["exceeded"]}
    assert (done.exit_code, exceeded) == (1, {"label"})
    assert report["exceeded"] == 1  # the only day is the period
    assert list(report["days"]) == ["2026-11-22"]


def test_monitor_reads_the_period_it_is_given(run: Run, record: Record) -> None:
    record(draw_observations(200, 2))
    record(draw_observations(200, 3, shares=DRIFT, created_at="2026-11-24T00:00:00.000Z"))

    codes = [
        run(*options).exit_code
        for options in (["--to", "2026-11-24"], ["--from", "2026-11-24"], [])
    ]

    assert codes == [0, 1, 1]


@pytest.mark.parametrize("name", ["day.jsonl", "day.csv"])
def test_monitor_reads_what_an_export_wrote(
    run: Run, record: Record, tmp_path: Path, name: str
) -> None:
    observations = draw_observations(250, 2)
    observations[0] = msgspec.structs.replace(
        observations[0], label="neutral", feedback_label="positive"
    )
    record(observations)
    path = str(tmp_path / name)
    exported = CliRunner().invoke(windvane, ["results", "export", "-o", path, "--no-texts"])

    from_file, from_log = run("--file", path, "--json"), run("--json")

    assert (exported.exit_code, from_file.exit_code, from_file.stderr) == (0, 0, "")
    assert json.loads(from_file.output) == json.loads(from_log.output)
    assert json.loads(from_log.output)["whole"]["corrections"]["share"]["value"] == 1


def test_monitor_of_a_file_reads_its_period_and_counts_what_is_no_result(
    run: Run, record: Record, tmp_path: Path
) -> None:
    record(draw_observations(150, 2))
    record(draw_observations(120, 3, created_at="2026-11-24T00:00:00.000Z"))
    path = tmp_path / "day.jsonl"
    CliRunner().invoke(windvane, ["results", "export", "-o", str(path), "--no-texts"])
    with path.open("a", encoding="utf-8") as file:
        file.write('{"label": "neutral", "score": 7}\nno json\n')

    done = run("--file", path, "--from", "2026-11-24")

    assert "120 records (2026-11-24)" in done.output
    assert "2 rows were no result, left out." in done.stderr


def test_monitor_compares_other_versions_if_it_is_asked_to(run: Run, record: Record) -> None:
    record(draw_observations(200, 2, model="tiny@ffffffffffff"))

    refused, done = run(), run("--any-model")

    assert (refused.exit_code, done.exit_code) == (2, 0)
    assert "All 200 records are of other models or versions" in refused.stderr


def test_monitor_reads_limits(run: Run, record: Record, tmp_path: Path) -> None:
    record(draw_observations(200, 2, shares=DRIFT))
    limits = tmp_path / "limits.toml"
    limits.write_text("[label]\npsi = 5\n", encoding="utf-8")

    done = run("--limits", limits)

    assert (done.exit_code, "The one limit holds." in done.output) == (0, True)


def test_monitor_writes_a_page(run: Run, record: Record, tmp_path: Path) -> None:
    record(draw_observations(200, 2, shares=DRIFT))

    done = run("--report", tmp_path / "drift.html")

    page = (tmp_path / "drift.html").read_text(encoding="utf-8")
    assert done.exit_code == 1
    assert "label: psi" in page


@pytest.mark.usefixtures("result_log")
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "There are no records to compare."),
        (["--file", "here.jsonl", "--result-log", "none:"], "name two sources"),
        (["--file", "none.jsonl"], "Cannot open none.jsonl"),
        (["--file", "texts.csv"], "it holds no results as `windvane results export` writes them"),
        (["--file", "broken.jsonl"], "There are no records to compare."),
        (["--limits", "typo.toml"], 'there is no feature "lable"'),
        (["--limits", "empty.toml"], "empty.toml: there is no limit."),
        (["--from", "yesterday"], "or 24h or 7d ago"),
        (["--report", "none/page.html"], "There is no folder none"),
        (["--result-log", "sqlite:///none.db"], "Nothing is recorded in none.db yet"),
    ],
)
def test_monitor_refuses_bad_input_in_one_sentence(
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: Sequence[str],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("texts.csv").write_text("text\nso good\n", encoding="utf-8")
    Path("broken.jsonl").write_text('{"label": "neutral", "score": 7}\n', encoding="utf-8")
    Path("empty.toml").write_text("[label]\n", encoding="utf-8")
    Path("typo.toml").write_text("[lable]\npsi = 1\n", encoding="utf-8")

    done = run(*options)

    assert done.exit_code == 2
    assert message in done.stderr


def test_monitor_refuses_a_bundle_without_profile(
    run: Run, record: Record, tiny_bundle: Path
) -> None:
    record(draw_observations(200, 2))

    done = run("--bundle", tiny_bundle)

    assert done.exit_code == 2
    assert "has no reference profile; `windvane monitor profile" in done.stderr


def test_monitor_refuses_a_profile_of_other_labels(
    run: Run, record: Record, profiled_bundle: Path
) -> None:
    profile = build_profile(draw_observations(200, 1), ("negative", "neutral", "positive", "mixed"))
    manifest = read_manifest(profiled_bundle)
    write_manifest(profiled_bundle, msgspec.structs.replace(manifest, profile=profile))

    done = run()

    assert (done.exit_code, "has other labels" in done.stderr) == (2, True)


def test_monitor_reads_a_table(
    run: Run, moto_server: MotoServer, profiled_bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_moto_time(monkeypatch)
    uri = f"dynamodb://{moto_server.make_result_table()}"
    log = open_result_log(uri, moto_server.environ)
    now = to_timestamp(time.time_ns() // 1_000_000)
    model_id = read_manifest(profiled_bundle).model_id
    observations = draw_observations(120, 2, created_at=now, language="en")
    assert log is not None
    log.write([to_record(each, model_id) for each in observations])
    log.close()
    for name, value in moto_server.environ.items():
        monkeypatch.setenv(name, value)

    done = run("--result-log", uri, "--from", "24h")

    assert (done.exit_code, "120 records" in done.output) == (0, True)
