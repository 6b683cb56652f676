"""Training learns texts as the exported bundle will read them."""

import pytest

from tests.windvane.training.labelled_sets import build_set
from windvane.training.normalized_plan import normalize_plan
from windvane.training.plan import TrainingPlan

RAW = build_set(["@Bob it's BAD &amp; slow", "see https://x.com/a"], ["negative", "neutral"])
READ = ["@user it's BAD & slow", "see http"]


def build_plan(normalization: str) -> TrainingPlan:
    return TrainingPlan(
        base="base",
        labels=["negative", "neutral"],
        sources=[RAW],
        corrections=[RAW],
        development=[RAW],
        normalization=normalization,
    )


@pytest.mark.parametrize(("normalization", "texts"), [("none", RAW.texts), ("social", READ)])
def test_normalize_plan_rewrites_the_texts_of_all_sets(
    normalization: str, texts: list[str]
) -> None:
    plan = normalize_plan(build_plan(normalization))

    sets = [*plan.sources, *plan.corrections, *plan.development]
    assert [each.texts for each in sets] == [texts] * 3
    assert [each.labels for each in sets] == [RAW.labels] * 3
    assert plan.normalization == normalization
