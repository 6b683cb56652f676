"""What may be left of a stage."""

import pytest

from infra.stages import STAGES
from tests.rehearsal.account_inventory import KINDS, check_left
from tests.rehearsal.expectations import StepError

BEFORE = {kind: frozenset({"older"}) for kind in KINDS}
LEFT = {"dev": {"role"}, "prod": {"role", "table", "bucket"}}


def take_after(*kinds: str) -> dict[str, frozenset[str]]:
    return {kind: names | {"left"} if kind in kinds else names for kind, names in BEFORE.items()}


@pytest.mark.parametrize("name", LEFT)
def test_what_the_stage_names_may_be_left(name: str) -> None:
    check_left(BEFORE, take_after(*LEFT[name]), STAGES[name].destroy_keeps)


@pytest.mark.parametrize(
    "kinds", [("role", "queue"), ("role", "table"), ()], ids=["more", "data", "less"]
)
def test_anything_else_is_named(kinds: tuple[str, ...]) -> None:
    with pytest.raises(StepError) as error:
        check_left(BEFORE, take_after(*kinds), STAGES["dev"].destroy_keeps)

    assert "expected: ['role']" in str(error.value)
    assert all(kind in str(error.value) for kind in kinds)
