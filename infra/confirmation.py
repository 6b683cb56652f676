"""Asks before something is changed in the account."""

import sys


class NotConfirmedError(Exception):
    """Nobody said yes; the message is one sentence."""


def confirm(question: str, *, yes: bool) -> None:
    """Ask a question on the terminal.

    Args:
        question: A question that "y" answers.
        yes: Whether ``YES=1`` has answered it.

    Raises:
        NotConfirmedError: The answer is not yes, or there is no terminal to ask on.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise NotConfirmedError(f"{question} There is no terminal to answer on: YES=1 says yes.")
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise NotConfirmedError("Nothing was changed.")
