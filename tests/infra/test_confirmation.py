import os
import pty
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from infra.confirmation import NotConfirmedError, confirm


@contextmanager
def answer(line: str) -> Iterator[None]:
    """Type a line on a terminal that is standard input."""
    ours, theirs = pty.openpty()
    os.write(ours, line.encode())
    with os.fdopen(theirs, encoding="utf-8") as terminal, pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdin", terminal)
        yield
    os.close(ours)


@pytest.mark.parametrize("line", ["y\n", "Yes\n"])
def test_yes_confirms(line: str) -> None:
    with answer(line):
        confirm("Delete it?", yes=False)


@pytest.mark.parametrize("line", ["\n", "n\n", "yesterday\n"])
def test_anything_else_does_not(line: str) -> None:
    with answer(line), pytest.raises(NotConfirmedError, match=r"^Nothing was changed\.$"):
        confirm("Delete it?", yes=False)


def test_yes_of_the_command_line_asks_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    confirm("Delete it?", yes=True)

    assert capsys.readouterr().err == ""
