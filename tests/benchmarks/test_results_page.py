"""The page and the README's table, rendered from the results."""

import io
from dataclasses import replace

from rich.console import Console

from benchmarks.cold_start.cold_start_results import read_cold_results
from benchmarks.family_results import FamilyResults, read_families
from benchmarks.markdown_page import replace_sections
from benchmarks.results_page import (
    COMMAND,
    PAGE,
    README,
    build_page,
    build_readme_section,
    show_run,
)
from benchmarks.speed_overview import build_overview, describe_leaders
from tests.benchmarks.example_results import PEERS, build_peer_run, build_server_run

EXAMPLE = FamilyResults(family="amd-avx2", peers=build_peer_run(), servers=build_server_run())
ARM = replace(EXAMPLE, family="arm-neoverse-n1")


def test_committed_page_is_that_of_the_committed_results() -> None:
    page = build_page(read_families(), read_cold_results())

    assert page == PAGE.read_text(encoding="utf-8"), f"{COMMAND} writes it anew"


def test_committed_readme_is_that_of_the_committed_results() -> None:
    readme = README.read_text(encoding="utf-8")

    section = build_readme_section(read_families(), read_cold_results())

    assert replace_sections(readme, COMMAND, section) == readme, f"{COMMAND} writes it anew"


def test_page_holds_each_family_with_its_tables_and_conditions() -> None:
    page = build_page([EXAMPLE, ARM], {})

    assert "## AMD with AVX2\n" in page
    assert "## Arm Neoverse N1 (Graviton2)\n" in page
    assert "| Windvane | 2.00" in page
    assert "| Theirs | 20.0" in page
    assert "Load generator: wrk 4.1.0. Measured A processor, 2 cores (family AMD" in page
    assert "Settings: Windvane: batches of 1, 1 at once, 2 thread(s) each." in page


def test_page_says_that_arm64_was_never_timed_until_it_was() -> None:
    never = "arm64, the default in AWS, has never been timed"

    assert never in build_page([EXAMPLE], {})
    assert never in build_readme_section([EXAMPLE], {})
    assert never not in build_page([EXAMPLE, ARM], {})
    assert "Arm Neoverse N1 (Graviton2) is arm64" in build_page([EXAMPLE, ARM], {})


def test_page_names_who_was_left_out_and_why() -> None:
    run = replace(build_peer_run(), failures={"OpenVINO": "No module named openvino"})

    page = build_page([replace(EXAMPLE, peers=run)], {})

    assert "\nOpenVINO was left out: No module named openvino\n" in page


def test_overview_shows_a_family_beside_the_fastest_other_library() -> None:
    table = build_overview([EXAMPLE, FamilyResults(family="intel-amx")], {})

    assert table.headers == ["", "AMD with AVX2", "Intel with AMX"]
    assert [cell.text for cell in table.rows[0][1:]] == ["2.00; Peer 1.00", "-"]
    assert [cell.text for cell in table.rows[3][1:]] == ["1,234; Peer 617", "-"]


def test_leaders_are_named_with_our_figure_where_another_leads() -> None:
    text = describe_leaders(PEERS)

    assert "One text, one thread: Peer is first with 1.00 ms (Windvane 2.00)." in text
    assert "Texts/s: Windvane is first with 1,234 a second." in text


def test_show_run_prints_figures_machine_and_who_was_left_out() -> None:
    printed = Console(file=io.StringIO(), width=300)
    run = replace(build_server_run(), failures={"LitServe": "it is not installed"})

    show_run(run, printed)

    text = printed.file.getvalue()  # type: ignore[attr-defined]
    assert "Theirs" in text
    assert "LitServe was left out: it is not installed" in text
    assert "Measured A processor" in text
