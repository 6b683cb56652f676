"""The page of a drift report: one file, whole and safe."""

import re
from pathlib import Path

import msgspec
import pytest

from tests.windvane.monitoring.observations import draw_observations, make_profile
from windvane.evaluation.drift.drift_page import build_page
from windvane.inference.manifest import Manifest, read_manifest
from windvane.monitoring.drift_limits import check_limits
from windvane.monitoring.drift_report import compare_records
from windvane.monitoring.profile_building import build_profile
from windvane.monitoring.record_counts import count_records

LIMITS = {"every": {"psi": 0.1}}


@pytest.fixture(scope="module")
def manifest(tiny_bundle: Path) -> Manifest:
    return msgspec.structs.replace(read_manifest(tiny_bundle), profile=make_profile())


@pytest.fixture(scope="module")
def page(manifest: Manifest) -> str:
    profile = make_profile()
    records = draw_observations(200, 2) + draw_observations(
        200, 3, shares=(0.7, 0.2, 0.1), created_at="2026-11-23T00:00:00.000Z"
    )
    report = compare_records(count_records(records, profile), profile)
    return build_page(manifest, report, check_limits(report, LIMITS))


def test_page_says_what_is_beyond_its_limit_and_on_which_day(page: str) -> None:
    assert "2026-11-23, label: psi" in page
    assert '<span class="bad">label</span>' in page


def test_page_draws_every_picture_and_asks_for_no_other_file(page: str) -> None:
    links = re.findall(r'(?:src|href)="([^"]*)"', page)

    assert page.count("<svg") == 2 + 5
    assert not [link for link in links if not link.startswith("#")]
    assert "<script" not in page


def test_page_of_one_day_draws_no_course_and_names_each_limit_once(manifest: Manifest) -> None:
    profile = make_profile()
    records = draw_observations(200, 3, shares=(0.7, 0.2, 0.1))
    report = compare_records(count_records(records, profile), profile)

    page = build_page(manifest, report, check_limits(report, LIMITS))

    assert page.count("<svg") == 5
    assert page.count("<li>label: psi") == 1
    assert "<li>2026-" not in page
    assert '<span class="bad">label</span>' in page


def test_page_repeats_no_id(page: str) -> None:
    ids = re.findall(r'\bid="([^"]+)"', page)

    assert len(ids) == len(set(ids))


def test_page_escapes_labels(manifest: Manifest) -> None:
    records = [
        msgspec.structs.replace(record, label="<b>$x$" if i % 2 else "<i>")
        for i, record in enumerate(draw_observations(200, 2))
    ]
    profile = build_profile(records, ("<b>$x$", "<i>"))
    report = compare_records(count_records(records, profile), profile)

    page = build_page(manifest, report, [])

    assert not re.search(r"<b>|<i>", page)
    assert page.count("&lt;b&gt;$x$</text>") == 1, "a picture shows dollar signs as they are"
