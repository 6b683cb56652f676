"""Figures laid out as tables."""

import pytest
from rich.console import Console

from benchmarks.peer_tables import build_peer_table, build_server_table, show_percent
from benchmarks.table import show_number, to_markdown, to_rich
from tests.benchmarks.example_results import PEERS, SERVERS


def test_peer_table_as_markdown() -> None:
    markdown = to_markdown(build_peer_table(PEERS))

    assert markdown.splitlines() == [
        "|  | 1 thread: p50 / p95 / p99 ms | texts/s | start to first prediction, ms "
        "| peak memory, MB | packages, MB | model, MB | labels as torch |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        "| Windvane | 2.00 / 3.00 / 4.00 | **1,234** | **150** | **90.0** | 100 | **23.5** "
        "| **99.2%** |",
        "| Peer | **1.00 / 6.00 / 8.00 (0.50x)** | 617 (0.50x) | 300 (2.00x) | - "
        "| **50.0 (0.50x)** | 47.0 | - |",
    ]


def test_server_table_as_markdown() -> None:
    markdown = to_markdown(build_server_table(SERVERS))

    assert markdown.splitlines()[2:] == [
        "| Ours | **2.00 / 3.00 / 4.00** | **400** | - | - | **0** |",
        "| Theirs | 20.0 / 30.0 / 40.0 (10.0x) | 40.0 (0.10x) | - | - | 3 |",
    ]


def test_peer_table_for_a_terminal_shows_the_same_cells() -> None:
    table = build_peer_table(PEERS)
    console = Console(width=250, no_color=True)

    with console.capture() as capture:
        console.print(to_rich(table))

    shown = capture.get()
    assert all(cell.text in shown for row in table.rows for cell in row)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.123, "0.12"), (9.87, "9.87"), (12.34, "12.3"), (1234.5, "1,234"), (None, "-")],
)
def test_show_number_prints_about_three_digits(value: float | None, expected: str) -> None:
    assert show_number(value) == expected


@pytest.mark.parametrize(("share", "expected"), [(0.9876, "98.8%"), (1.0, "100.0%"), (None, "-")])
def test_show_percent_takes_a_share_of_one(share: float | None, expected: str) -> None:
    assert show_percent(share) == expected
