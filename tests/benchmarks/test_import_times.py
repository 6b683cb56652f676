import importlib.util
from pathlib import Path

from benchmarks.cold_start.import_times import PARTS, build_table, measure_imports


def test_measure_imports_charges_a_part_with_what_only_it_imports(tmp_path: Path) -> None:
    work = "import time\nend = time.process_time() + {}\nwhile time.process_time() < end: pass\n"
    (tmp_path / "needed.py").write_text(work.format(0.2))
    (tmp_path / "needing.py").write_text("import needed\n")

    times = measure_imports(tmp_path, {"Python": ["json"], "one": ["needed"], "two": ["needing"]})

    assert times["one"] >= 200 > times["two"] > 0
    assert list(times) == ["Python", "one", "two"]


def test_build_table_shows_medians_shares_and_sizes() -> None:
    times = [
        {"numpy": 30.0, "ours": 10.0},
        {"numpy": 90.0, "ours": 5.0},
        {"numpy": 20.0, "ours": 12.0},
    ]

    rows = [[cell.text for cell in row] for row in build_table(times, {"numpy": 12.5}).rows]

    assert rows == [["numpy", "30.0", "75%", "12.5"], ["ours", "10.0", "25%", "-"]]


def test_modules_of_all_parts_exist() -> None:
    modules = [module for part in PARTS.values() for module in part]

    assert all(importlib.util.find_spec(module) for module in modules)
