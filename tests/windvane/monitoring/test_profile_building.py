"""Reference profiles: what they count, and which bundles have one."""

from pathlib import Path

import msgspec
import pytest

from tests.windvane.monitoring.observations import LABELS, draw_observations, make_profile
from windvane.inference.manifest import Manifest, read_manifest
from windvane.inference.reference_profile import Histogram
from windvane.monitoring.errors import ProfileError
from windvane.monitoring.profile_building import FEWEST_TEXTS, build_profile, require_profile


def test_profile_has_every_text_in_every_histogram() -> None:
    profile = make_profile(1000)

    assert profile.texts == sum(profile.labels.values()) == 1000
    for histogram in (
        profile.score,
        profile.tokens,
        profile.chars_per_token,
        profile.unknown_share,
    ):
        assert sum(histogram.counts) == 1000
    assert max(profile.score.counts) - min(profile.score.counts) <= 2  # deciles
    assert profile.languages is None


def test_profile_has_labels_and_languages_that_no_text_has() -> None:
    observations = draw_observations(200, 1, shares=(0.5, 0, 0.5), language="en")

    profile = build_profile(observations, LABELS)

    assert profile.labels["neutral"] == 0
    assert profile.languages == {"other": 0, "undecided": 0, "en": 200}


def test_profile_of_equal_texts_has_one_bin() -> None:
    profile = build_profile([draw_observations(1, 1)[0]] * 150, LABELS)

    assert profile.tokens.counts == (150,)
    assert profile.most_frequent == 150


def test_profile_refuses_too_few_texts() -> None:
    with pytest.raises(ProfileError, match="needs 100 texts or more, and there are 99"):
        build_profile(draw_observations(FEWEST_TEXTS - 1, 1), LABELS)


def test_profile_survives_its_manifest(tiny_bundle: Path) -> None:
    manifest = msgspec.structs.replace(read_manifest(tiny_bundle), profile=make_profile())

    copy = msgspec.json.decode(msgspec.json.encode(manifest), type=Manifest)

    assert require_profile(copy) == manifest.profile


def test_bundle_without_profile_is_refused(tiny_bundle: Path) -> None:
    with pytest.raises(ProfileError, match="has no reference profile; `windvane monitor profile"):
        require_profile(read_manifest(tiny_bundle))


def test_profile_of_other_labels_is_refused(tiny_bundle: Path) -> None:
    profile = build_profile(draw_observations(200, 1), (*LABELS, "mixed"))
    manifest = msgspec.structs.replace(read_manifest(tiny_bundle), profile=profile)

    with pytest.raises(ProfileError, match="has other labels"):
        require_profile(manifest)


@pytest.mark.parametrize(
    ("edges", "counts"),
    [((1.0, 2.0), (1, 2)), ((2.0, 1.0), (1, 2, 3)), ((1.0, 1.0), (1, 2, 3))],
    ids=["too few bins", "descending", "equal"],
)
def test_histogram_refuses_edges_that_delimit_no_bins(
    edges: tuple[float, ...], counts: tuple[int, ...]
) -> None:
    content = msgspec.json.encode({"edges": edges, "counts": counts, "mean": 1.5})

    with pytest.raises(msgspec.ValidationError, match="histogram"):
        msgspec.json.decode(content, type=Histogram)
