"""Controls of the function's grants, and how one is taken away."""

from infra.function_role import TABLE_ACTIONS
from tests.rehearsal.function_grants import NOT_ENFORCED, WARM_CONTROLS
from tests.rehearsal.role_grants import without_action

POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Action": ["dynamodb:GetItem", "dynamodb:Query"], "Resource": "table"},
        {"Action": "s3:GetObject", "Resource": "bucket"},
    ],
}


def test_every_action_on_the_table_has_a_control() -> None:
    assert set(WARM_CONTROLS) == set(TABLE_ACTIONS)
    assert not set(WARM_CONTROLS) & set(NOT_ENFORCED)


def test_one_of_several_actions_is_taken_away() -> None:
    statements = without_action(POLICY, "dynamodb:Query")["Statement"]

    assert [each["Action"] for each in statements] == [["dynamodb:GetItem"], ["s3:GetObject"]]


def test_statement_without_actions_is_left_out() -> None:
    policy = without_action(POLICY, "s3:GetObject")

    assert [each["Resource"] for each in policy["Statement"]] == ["table"]
    assert policy["Version"] == POLICY["Version"]
