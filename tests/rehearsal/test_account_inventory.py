"""What may be left of a stage."""

import pytest

from tests.rehearsal.account_inventory import KINDS, check_left
from tests.rehearsal.expectations import StepError

BEFORE = {kind: frozenset({"older"}) for kind in KINDS}
ROLE = "and the role that lets API Gateway write logs."
NOTICES = {
    f"Kept: no data; {ROLE}": {"role"},
    f"Kept: the table, since results cannot be made again, and the bucket; {ROLE}": {
        *("role", "table", "bucket")
    },
    f"Kept: the stack with the table, the bucket, and the logs of the function; {ROLE}": {
        *("role", "table", "bucket", "log", "stack")
    },
}
NO_DATA = next(iter(NOTICES))


def take_after(*kinds: str) -> dict[str, frozenset[str]]:
    return {kind: names | {"left"} if kind in kinds else names for kind, names in BEFORE.items()}


@pytest.mark.parametrize(("notice", "kinds"), NOTICES.items(), ids=["dev", "prod", "two stacks"])
def test_what_the_notice_names_may_be_left(notice: str, kinds: set[str]) -> None:
    check_left(BEFORE, take_after(*kinds), notice)


@pytest.mark.parametrize(
    "kinds", [("role", "queue"), ("role", "table"), ()], ids=["more", "data", "less"]
)
def test_anything_else_is_named(kinds: tuple[str, ...]) -> None:
    with pytest.raises(StepError) as error:
        check_left(BEFORE, take_after(*kinds), NO_DATA)

    assert "expected: ['role']" in str(error.value)
    assert all(kind in str(error.value) for kind in kinds)
