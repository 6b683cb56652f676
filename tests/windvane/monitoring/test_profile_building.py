"""Reference profiles: what they count, and which bundles have one."""

from pathlib import Path

import msgspec
import pytest

from tests.windvane.monitoring.observations import LABELS, draw_observations, make_profile
from windvane.facts import MANIFEST_FILE
from windvane.inference.manifest import Manifest, decode_manifest, read_manifest
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


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"texts": 1999}, "the counts of labels do not add up to texts"),
        ({"labels": dict.fromkeys(LABELS, 0)}, "the counts of labels do not add up to texts"),
        (
            {"score": Histogram(edges=(0.5,), counts=(0, 0), mean=0.5)},
            "the counts of score do not add up to texts",
        ),
        (
            {"languages": {"en": 0, "other": 0}},
            "the counts of languages do not add up to texts",
        ),
        ({"most_frequent": 2001}, "most_frequent is more than texts"),
    ],
    ids=["texts", "no labels", "empty histogram", "no languages", "most frequent"],
)
def test_profile_whose_counts_are_not_of_its_texts_is_refused_with_its_manifest(
    tiny_bundle: Path, changes: dict[str, object], rule: str
) -> None:
    profile = {**msgspec.to_builtins(make_profile(2000)), **msgspec.to_builtins(changes)}
    content = msgspec.json.decode((tiny_bundle / MANIFEST_FILE).read_bytes())

    with pytest.raises(ValueError, match=rule):
        decode_manifest(msgspec.json.encode({**content, "profile": profile}))


def test_profile_of_languages_that_the_bundle_does_not_name_is_refused(tiny_bundle: Path) -> None:
    profile = build_profile(draw_observations(200, 1, language="xx"), LABELS)
    manifest = msgspec.structs.replace(
        read_manifest(tiny_bundle), profile=profile, languages=["en"]
    )

    with pytest.raises(ProfileError, match="has languages that the bundle does not"):
        require_profile(manifest)
