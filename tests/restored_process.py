"""What a start changes in its process, put back after a start in the process of the tests."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def restored_process() -> Iterator[None]:
    """Leave the garbage collector and the GIL's switch interval of this process as they were."""
    usual_switch_seconds = sys.getswitchinterval() + 0.5e-6  # Python cuts to microseconds
    try:
        yield
    finally:
        gc.unfreeze()
        gc.enable()
        sys.setswitchinterval(usual_switch_seconds)
