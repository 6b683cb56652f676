"""Texts of a training run, as the tokenizer of the exported bundle will read them."""

from collections.abc import Sequence
from dataclasses import replace

from model_export.normalizations import NORMALIZATIONS
from model_export.text_normalization import build_rules
from windvane.rows.labelled_set import LabelledSet
from windvane.training.plan import TrainingPlan


def normalize_plan(plan: TrainingPlan) -> TrainingPlan:
    """Return the plan with the rules of its normalization applied to its texts.

    The rules that follow the tokenizer's own normalizer are left out: they need lower case.
    """
    rules = NORMALIZATIONS[plan.normalization].rules
    if not rules:
        return plan
    normalizer = build_rules(rules)

    def normalize(sets: Sequence[LabelledSet]) -> list[LabelledSet]:
        return [
            replace(each, texts=[normalizer.normalize_str(text) for text in each.texts])
            for each in sets
        ]

    return replace(
        plan,
        sources=normalize(plan.sources),
        corrections=normalize(plan.corrections),
        development=normalize(plan.development),
    )
