"""Windvane with garbage collection during its start, which is Python's default."""

import gc

gc.disable = gc.enable

from functions.classify_api.handler import handler  # noqa: E402

__all__ = ["handler"]
