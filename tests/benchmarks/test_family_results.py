"""A file for each processor family, which keeps the stages that were not measured anew."""

from dataclasses import replace
from pathlib import Path

from benchmarks.family_results import FamilyResults, read_families, read_family, write_run
from tests.benchmarks.example_results import MACHINE, build_peer_run, build_server_run


def test_stage_replaces_its_own_run_and_keeps_the_others(tmp_path: Path) -> None:
    write_run(build_peer_run(), tmp_path)
    write_run(build_server_run(), tmp_path)

    path = write_run(replace(build_peer_run(), failures={"Peer": "gone"}), tmp_path)

    results = read_family("amd-avx2", tmp_path)
    assert path == tmp_path / "amd-avx2.json"
    assert results.peers
    assert results.peers.failures == {"Peer": "gone"}
    assert results.servers == build_server_run()


def test_families_are_read_by_name_and_other_results_are_not(tmp_path: Path) -> None:
    write_run(build_peer_run(), tmp_path)
    write_run(replace(build_peer_run(), machine={**MACHINE, "family": "arm-i8mm"}), tmp_path)
    (tmp_path / "cost.json").write_text("{}")

    assert [results.family for results in read_families(tmp_path)] == ["amd-avx2", "arm-i8mm"]


def test_family_without_a_file_has_no_runs(tmp_path: Path) -> None:
    assert read_family("amd-avx2", tmp_path) == FamilyResults(family="amd-avx2")
