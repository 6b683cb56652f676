"""The page of the rehearsal says what the code does."""

import re

from tests.pages import PAGES
from tests.rehearsal.function_grants import COLD_CONTROLS, NOT_ENFORCED, WARM_CONTROLS
from tests.rehearsal.job_grants import NOT_ENFORCED as JOB_NOT_ENFORCED

PAGE = PAGES["docs/rehearsal.md"]


def test_page_lists_the_grants_that_are_not_shown() -> None:
    rows = dict(re.findall(r"^\| `(\w+:\w+)` \| (.+) \|$", PAGE, flags=re.MULTILINE))

    assert rows == {**NOT_ENFORCED, **JOB_NOT_ENFORCED}


def test_page_names_only_grants_that_are_controlled_or_listed() -> None:
    named = set(re.findall(r"`((?:dynamodb|s3|logs|sqs|xray):\w+)`", PAGE))

    assert named <= {*COLD_CONTROLS, *WARM_CONTROLS, *NOT_ENFORCED, *JOB_NOT_ENFORCED}
