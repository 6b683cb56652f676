import pytest

from infra.stack_protection import lift_protection_if_failed
from tests.infra.fake_account import FakeAccount

STACK = "windvane-prod"


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"])
def test_protection_is_lifted_from_a_stack_that_never_came_up(status: str) -> None:
    account = FakeAccount({STACK: status})

    assert lift_protection_if_failed(account, STACK) is True
    assert account.protected == set()


@pytest.mark.parametrize("status", ["UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"])
def test_protection_of_any_other_stack_stays(status: str) -> None:
    account = FakeAccount({STACK: status})

    assert lift_protection_if_failed(account, STACK) is False
    assert account.protected == {STACK}


def test_protection_of_a_stack_that_is_not_there_is_no_matter() -> None:
    assert lift_protection_if_failed(FakeAccount({}), STACK) is False
