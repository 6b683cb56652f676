"""Markdown of a run, with its notes."""

import msgspec

from benchmarks.paths import RESULTS_FOLDER
from benchmarks.peer_results import Results, build_markdown, render_notes
from tests.benchmarks.example_results import build_results


def test_markdown_holds_both_tables_and_the_conditions() -> None:
    markdown = build_markdown(build_results())

    assert "| Windvane | 2.00" in markdown
    assert "| Theirs | 20.0" in markdown
    assert "Measured A processor, 2 cores (int8 instructions: avx2)" in markdown
    assert "Settings: Windvane: batches of 1, 1 at once, 2 thread(s) each." in markdown


def test_notes_name_who_was_left_out_and_why() -> None:
    results = build_results(failures={"OpenVINO": "No module named openvino"})

    assert render_notes(results).endswith("\nOpenVINO was left out: No module named openvino\n")


def test_notes_say_what_counts_as_packages() -> None:
    results = build_results()

    assert "requirements/functions.txt" in render_notes(results)


def test_committed_markdown_is_that_of_the_committed_figures() -> None:
    figures = (RESULTS_FOLDER / "bench.json").read_bytes()

    markdown = build_markdown(msgspec.json.decode(figures, type=Results))

    assert markdown == (RESULTS_FOLDER / "bench.md").read_text(encoding="utf-8")
