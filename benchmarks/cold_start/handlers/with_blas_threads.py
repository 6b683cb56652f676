"""Windvane with one thread of numpy for each core."""

import os

os.environ["OPENBLAS_NUM_THREADS"] = str(os.cpu_count())

from functions.classify_api.handler import handler

__all__ = ["handler"]
