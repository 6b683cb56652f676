import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from benchmarks.cold_start import variants
from benchmarks.cold_start.cold_start import take_medians
from benchmarks.cold_start.cold_start_results import (
    FLOOR,
    OURS,
    ColdResults,
    ColdStart,
    build_table,
    read_cold_results,
    write_cold_results,
)
from benchmarks.cold_start.variants import HANDLERS, build_variants
from functions.module_archive import ARCHIVE_FILE
from infra.import_cost import DEFERRED_PACKAGES, LAZY_PACKAGES
from tests.conftest import REPOSITORY


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A file server of a folder with one file."""
    (tmp_path / "model.onnx").write_bytes(b"0123456789")
    command = [sys.executable, "-m", "benchmarks.cold_start.file_server", str(tmp_path)]
    with subprocess.Popen(
        command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout
        yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
        server.kill()


def test_file_server_sends_files_whole_and_in_ranges(address: str) -> None:
    whole = httpx.get(f"{address}/bucket/bundles/one/model.onnx")
    part = httpx.get(f"{address}/model.onnx", headers={"Range": "bytes=8-99"})

    assert (whole.status_code, whole.content) == (200, b"0123456789")
    assert (part.status_code, part.content) == (206, b"89")


def test_take_medians_takes_each_parts_own() -> None:
    starts = [
        ColdStart(total=300, imports=100, waiting=9),
        ColdStart(total=200, imports=300, waiting=1),
        ColdStart(total=100, imports=200, waiting=5),
    ]

    assert take_medians(starts) == ColdStart(total=200, imports=200, waiting=5)


def test_build_table_compares_with_the_floor() -> None:
    results = ColdResults(
        machine={},
        rounds=1,
        warm={FLOOR: ColdStart(total=200), OURS: ColdStart(total=300, imports=150, first_run=3.5)},
        cold={OURS: ColdStart(total=450)},
        flask_ms=4000,
    )

    table = build_table(results)

    rows = {row[0].text: [cell.text for cell in row[1:]] for row in table.rows}
    assert rows[FLOOR][:2] == ["200", "1.00x"]
    assert rows[OURS] == ["300", "1.50x", "-", "150", "-", "-", "-", "3.50", "-", "450"]
    assert rows["Flask + transformers pipeline"][:2] == ["4,000", "20.0x"]
    assert {len(row) for row in table.rows} == {len(table.headers)}


def test_variants_lack_one_thing_each(tmp_path: Path) -> None:
    package = tmp_path / "package"
    for name in ("numpy/_core", "numpy/linalg", *LAZY_PACKAGES, *DEFERRED_PACKAGES):
        (package / name).mkdir(parents=True, exist_ok=True)
    (package / "aws_lambda_powertools/utilities/data_classes").mkdir(parents=True, exist_ok=True)
    (package / "functions").mkdir()
    (package / "functions" / ARCHIVE_FILE).touch()
    (package / "numpy/_core/numeric.py").touch()

    built = {one.title: one for one in build_variants(package, tmp_path / "m", tmp_path)}

    own_imports = built["... with the packages' own imports"].package
    assert "import" in (own_imports / "aws_lambda_powertools/__init__.py").read_text()
    assert (own_imports / "functions" / ARCHIVE_FILE).stat().st_size
    without = built["... without byte-code"].package
    assert not list(without.rglob("*.pyc"))
    each = built["... with a file for each module"].package
    assert list(each.glob("numpy/_core/__pycache__/numeric.*.pyc"))
    assert not [*each.rglob(ARCHIVE_FILE), *without.rglob(ARCHIVE_FILE)]
    assert built[FLOOR].package == each
    assert (package / "functions" / ARCHIVE_FILE).exists()


def test_each_handler_of_the_bench_is_started_by_it() -> None:
    source = Path(str(variants.__file__)).read_text(encoding="utf-8")

    files = {path.stem for path in HANDLERS.glob("[!_]*.py")}

    assert set(re.findall(r'"(\w+)\.handler"', source)) == files


def test_results_are_kept_for_each_family(tmp_path: Path) -> None:
    starts = {FLOOR: ColdStart(total=200), OURS: ColdStart(total=300)}
    results = ColdResults(
        machine={"family": "amd-avx2"}, rounds=1, warm=starts, cold={}, flask_ms=None
    )

    path = write_cold_results(results, tmp_path)

    assert path.name == "amd-avx2.json"
    assert read_cold_results(tmp_path) == {"amd-avx2": results}
