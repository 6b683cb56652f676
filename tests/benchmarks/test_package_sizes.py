"""Installed sizes, of distributions made for the test."""

from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from benchmarks.package_sizes import installed_mb, read_pinned_names


def install(site: Path, name: str, *, size_bytes: int, requires: tuple[str, ...] = ()) -> None:
    """Write a distribution of one file, as pip leaves it."""
    (site / f"{name}.bin").write_bytes(bytes(size_bytes))
    info = site / f"{name.replace('-', '_')}-1.0.dist-info"
    info.mkdir()
    lines = [f"Name: {name}", "Version: 1.0", *(f"Requires-Dist: {line}" for line in requires)]
    (info / "METADATA").write_text("Metadata-Version: 2.1\n" + "\n".join(lines) + "\n")
    (info / "RECORD").write_text(f"{name}.bin,,\n")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def test_installed_mb_counts_what_is_required_once(site: Path) -> None:
    install(site, "wv-a", size_bytes=1_000_000, requires=("wv-b>=1", "wv-c"))
    install(site, "wv-b", size_bytes=2_000_000, requires=("WV_C", "wv-a"))
    install(site, "wv-c", size_bytes=4_000_000)

    assert installed_mb(["wv-a"], with_required=True) == 7
    assert installed_mb(["wv-a", "wv-c"], with_required=True) == 7


def test_installed_mb_can_count_the_named_ones_alone(site: Path) -> None:
    install(site, "wv-a", size_bytes=1_000_000, requires=("wv-b",))
    install(site, "wv-b", size_bytes=2_000_000)

    assert installed_mb(["wv-a"], with_required=False) == 1


def test_installed_mb_leaves_out_extras_and_other_systems(site: Path) -> None:
    other_system = "wv-b; sys_platform == 'none'"
    install(site, "wv-a", size_bytes=1_000_000, requires=("wv-b; extra == 'x'", other_system))
    install(site, "wv-b", size_bytes=2_000_000)

    assert installed_mb(["wv-a"], with_required=True) == 1


def test_installed_mb_refuses_a_distribution_that_is_not_installed() -> None:
    with pytest.raises(PackageNotFoundError):
        installed_mb(["wv-missing"], with_required=True)


def test_read_pinned_names_skips_comments_and_hashes(tmp_path: Path) -> None:
    path = tmp_path / "requirements.txt"
    path.write_text("# Why.\nnumpy==2.4.6 \\\n    --hash=sha256:12\nwv-a==1.0\n")

    assert read_pinned_names(path) == ("numpy", "wv-a")
