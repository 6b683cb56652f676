"""What a step of the rehearsal expects; a step fails with what it expected and what it got."""

from typing import TypeVar

Value = TypeVar("Value")

SHOWN_CHARS = 2000


class StepError(Exception):
    """A step did not get what it expected."""

    def __init__(self, what: str, *, expected: object, got: object) -> None:
        """Build the message of three lines."""
        super().__init__(f"{what}\n  expected: {_show(expected)}\n  got:      {_show(got)}")


def expect_equal(what: str, got: object, expected: object) -> None:
    """Compare.

    Raises:
        StepError: They differ.
    """
    if got != expected:
        raise StepError(what, expected=expected, got=got)


def expect_that(what: str, holds: bool, *, expected: str, got: object) -> None:
    """Check a condition, which ``expected`` says in words.

    Raises:
        StepError: It does not hold.
    """
    if not holds:
        raise StepError(what, expected=expected, got=got)


def expect_found(what: str, found: Value | None, *, among: object) -> Value:
    """Return what was found.

    Raises:
        StepError: It is None.
    """
    if found is None:
        raise StepError(what, expected="one", got=among)
    return found


def _show(value: object) -> str:
    words = value if isinstance(value, str) else repr(value)
    return words if len(words) <= SHOWN_CHARS else words[:SHOWN_CHARS] + " ..."
