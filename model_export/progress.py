"""Progress over an iterable, as a callable that a command passes in."""

from collections.abc import Callable, Iterable
from typing import Any

Track = Callable[..., Iterable[Any]]
"""Called as rich's: ``track(iterable, description=..., total=...)``; yields the same items."""


def untracked(iterable: Iterable[Any], **_options: object) -> Iterable[Any]:
    """Show no progress."""
    return iterable
