from importlib.metadata import version

from tests.conftest import REPOSITORY
from windvane.api.powertools_internals import CHECKED_VERSION

REQUIREMENTS = REPOSITORY / "requirements" / "functions.txt"


def test_copied_internals_are_those_of_the_pinned_version() -> None:
    pinned = REQUIREMENTS.read_text(encoding="utf-8").splitlines()

    assert f"aws-lambda-powertools=={CHECKED_VERSION}" in pinned
    assert version("aws-lambda-powertools") == CHECKED_VERSION
