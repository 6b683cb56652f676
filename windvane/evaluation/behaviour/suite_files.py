"""The TOML format of a behaviour suite's files."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec

from windvane.evaluation.errors import SuiteError
from windvane.toml_files import read_tables

MAX_BYTES = 1024 * 1024

Probability = Annotated[float, msgspec.Meta(ge=0, le=1)]
BaseAndVariants = Annotated[list[str], msgspec.Meta(min_length=2)]


class Change(StrEnum):
    """How a label's probability must change from the first text of a pair to the second."""

    RISES = "rises"
    FALLS = "falls"
    DOES_NOT_RISE = "does not rise"
    DOES_NOT_FALL = "does not fall"


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the file; unknown keys are errors."""


class MinimumTest(_Table, frozen=True):
    """Texts that must get one of the labels.

    Attributes:
        name: What the test is about.
        labels: The right labels.
        texts: Texts without fill-ins.
        templates: Texts with fill-ins, such as ``The {thing} was fine``.
    """

    name: str
    labels: Annotated[list[str], msgspec.Meta(min_length=1)]
    texts: list[str] = []
    templates: list[str] = []


class InvarianceTest(_Table, frozen=True):
    """Texts whose variants must keep the label and every probability.

    Attributes:
        name: What the test is about.
        tolerance: How far a probability may move.
        texts: Lists of a base text and its variants.
        templates: Texts with fill-ins, one of which is ``vary``.
        vary: The fill-in whose first word makes the base text and whose others the variants.
    """

    name: str
    tolerance: Probability
    texts: list[BaseAndVariants] = []
    templates: list[str] = []
    vary: str = ""


class DirectionTest(_Table, frozen=True):
    """Pairs of texts between which a probability must move one way.

    Attributes:
        name: What the test is about.
        change: The direction.
        margin: Least change that is required or, for a change that must not happen, tolerated.
        label: The label whose probability is compared.
        pairs: Pairs without fill-ins.
        templates: Pairs with fill-ins, the same ones in both texts.
    """

    name: str
    change: Change
    margin: Probability
    label: str = "positive"
    pairs: list[tuple[str, str]] = []
    templates: list[tuple[str, str]] = []


class SuiteFile(_Table, frozen=True):
    """One capability.

    Attributes:
        about: One sentence about the capability.
        fill: The words of each fill-in.
        minimum: Minimum functionality tests.
        invariance: Invariance tests.
        direction: Directional expectation tests.
    """

    about: str
    fill: dict[str, Annotated[list[str], msgspec.Meta(min_length=1)]] = {}
    minimum: list[MinimumTest] = []
    invariance: list[InvarianceTest] = []
    direction: list[DirectionTest] = []


def read_suite_file(path: Path) -> SuiteFile:
    """Read one file.

    Raises:
        SuiteError: It is too long or not TOML, or a key is missing, unknown or of the wrong type.
        OSError: It cannot be opened.
    """
    try:
        tables = read_tables(path, MAX_BYTES)
    except ValueError as error:
        raise SuiteError(f"{path.name} is {error}.") from error
    try:
        return msgspec.convert(tables, SuiteFile)
    except msgspec.ValidationError as error:
        rule, _, place = str(error).partition(" - at ")
        field = place.strip("`").removeprefix("$.")
        raise SuiteError(f"{path.name}, {field or 'the file'}: {rule}.") from error
