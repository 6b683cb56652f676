from importlib.metadata import version

from tests.conftest import REPOSITORY
from tests.test_requirements import read_pins
from windvane.api.powertools_internals import CHECKED_VERSION

REQUIREMENTS = REPOSITORY / "requirements" / "functions.txt"


def test_copied_internals_are_those_of_the_pinned_version() -> None:
    assert read_pins(REQUIREMENTS)["aws-lambda-powertools"] == CHECKED_VERSION
    assert version("aws-lambda-powertools") == CHECKED_VERSION
