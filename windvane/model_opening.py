"""Opens a model in a thread while a program imports its other modules.

A start is mostly imports, which hold the GIL. Fetching and hashing the bundle and opening the
session release it: each begins in a thread as soon as its modules are imported.
"""

import gc
import os
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from time import perf_counter
from typing import TYPE_CHECKING

from windvane.bundle_store import open_bundle

if TYPE_CHECKING:
    from windvane.inference.bundle import Bundle
    from windvane.inference.classifier import Classifier

SWITCH_SECONDS = 0.0001
"""The GIL's switch interval during a start, so that imports hold up the model less."""

ONE_BLAS_THREAD = ("OPENBLAS_NUM_THREADS", "1")
"""numpy's linear algebra is not used, and starting its threads delays the import of numpy."""


class ModelOpening:
    """Opens the bundle, then the classifier, and measures both.

    Attributes:
        classifier: The result of `open_classifier`.
        times_ms: Milliseconds by step: ``bundle`` (fetched and verified) and ``classifier``
            (tokenizer and session opened), beside ``imports``, and all of the ``start``.
    """

    classifier: "Future[Classifier]"

    def __init__(self, bundle_uri: str, *, threads: int, fetch_seconds: float) -> None:
        """Start to open the bundle. Until `finish` or `cancel` nothing is garbage collected.

        Args:
            bundle_uri: A folder, or ``s3://bucket/prefix/``.
            threads: How many texts the classifier runs at once.
            fetch_seconds: Time limit of a download.
        """
        gc.disable()  # a start leaves little garbage
        os.environ.setdefault(*ONE_BLAS_THREAD)
        self._started = perf_counter()
        # Python cuts to whole microseconds what it is given, and 100 of them come back as 99.99...
        self._usual_switch_seconds = sys.getswitchinterval() + 0.5e-6
        sys.setswitchinterval(SWITCH_SECONDS)
        self._threads = threads
        self.times_ms: dict[str, float] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="load")
        self._bundle = self._thread.submit(self._open_bundle, bundle_uri, fetch_seconds)

    def open_classifier(self, build: "Callable[..., Classifier]") -> None:
        """Start to open the classifier, now that its class is imported."""
        self.classifier = self._thread.submit(self._open_classifier, build)

    def finish(self) -> "Classifier":
        """Wait for the classifier, and let Python run as usual.

        Raises:
            BundleError: The bundle cannot be used.
        """
        self.times_ms["imports"] = self._measure(self._started)
        try:
            return self.classifier.result()
        finally:
            gc.freeze()  # the objects of a start live as long as the process
            self.cancel()
            self.times_ms["start"] = self._measure(self._started)

    def cancel(self) -> None:
        """Begin no further step, and let Python run as usual; a step cannot be interrupted."""
        self._thread.shutdown(wait=False, cancel_futures=True)
        sys.setswitchinterval(self._usual_switch_seconds)
        gc.enable()

    def _open_bundle(self, bundle_uri: str, fetch_seconds: float) -> "Bundle":
        started = perf_counter()
        bundle = open_bundle(bundle_uri, fetch_seconds=fetch_seconds, weights_later=True)
        self.times_ms["bundle"] = self._measure(started)
        return bundle

    def _open_classifier(self, build: "Callable[..., Classifier]") -> "Classifier":
        bundle = self._bundle.result()
        started = perf_counter()
        classifier = build(bundle, threads=self._threads)
        self.times_ms["classifier"] = self._measure(started)
        return classifier

    @staticmethod
    def _measure(started: float) -> float:
        return round((perf_counter() - started) * 1e3, 1)
