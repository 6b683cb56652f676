"""ARNs that policies on functions are compared with."""

import pytest

from tests.rehearsal.emulated.qualified_functions import qualify

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:windvane-dev"
TABLE = "arn:aws:dynamodb:us-east-1:000000000000:table/results"


@pytest.mark.parametrize(
    ("arn", "query", "qualified"),
    [
        (FUNCTION, {"Qualifier": ["2"]}, f"{FUNCTION}:2"),
        (FUNCTION, {}, FUNCTION),
        (FUNCTION, {"Qualifier": []}, FUNCTION),
        (TABLE, {"Qualifier": ["2"]}, TABLE),
    ],
    ids=["version", "no qualifier", "empty", "no function"],
)
def test_request_for_a_version_is_for_its_arn(
    arn: str, query: dict[str, list[str]], qualified: str
) -> None:
    assert qualify(arn, query) == qualified
