"""Opens the model in a thread while a function imports its modules.

A cold start is mostly imports, which hold the GIL. Fetching and hashing the bundle and opening the
session release it: each begins in a thread as soon as its modules are imported.
"""

import gc
import os
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from time import perf_counter
from typing import TYPE_CHECKING

from windvane.bundle_store import open_bundle
from windvane.settings import load_settings

if TYPE_CHECKING:
    from windvane.inference.bundle import Bundle
    from windvane.inference.classifier import Classifier

FETCH_SECONDS = 8.0
"""A start may take 10 s in all:
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""

SWITCH_SECONDS = 0.0001
"""The GIL's switch interval while a function starts, so that imports hold up the download less."""


ONE_BLAS_THREAD = ("OPENBLAS_NUM_THREADS", "1")
"""numpy's linear algebra is not used, and starting its threads delays the import of numpy."""


class StartUp:
    """Opens the bundle, then the classifier, and measures both.

    Attributes:
        settings: From the environment.
        times_ms: Milliseconds by step: ``bundle`` (fetched and verified) and ``classifier``
            (tokenizer and session opened), beside ``imports``, and all of the ``start``.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Read the settings and start to open the bundle.

        Raises:
            SettingsError: A variable's value is not allowed.
        """
        gc.disable()  # a start leaves little garbage
        os.environ.setdefault(*ONE_BLAS_THREAD)
        self._started = perf_counter()
        self._default_switch_seconds = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_SECONDS)
        self.settings = load_settings(environ)
        self.times_ms: dict[str, float] = {}
        self._thread = ThreadPoolExecutor(1)
        self._bundle: Future[Bundle] = self._thread.submit(self._open_bundle)

    def open_classifier(self, build: "Callable[..., Classifier]") -> None:
        """Start to open the classifier, now that its class is imported."""
        self._classifier: Future[Classifier] = self._thread.submit(self._open_classifier, build)

    def finish(self) -> "Classifier":
        """Wait for the classifier.

        Raises:
            BundleError: The bundle cannot be used.
        """
        self.times_ms["imports"] = self._measure(self._started)
        classifier = self._classifier.result()
        self._thread.shutdown()
        sys.setswitchinterval(self._default_switch_seconds)
        gc.freeze()  # the objects of a start live as long as the process
        gc.enable()
        self.times_ms["start"] = self._measure(self._started)
        return classifier

    def _open_bundle(self) -> "Bundle":
        started = perf_counter()
        bundle = open_bundle(self.settings.bundle_uri, fetch_seconds=FETCH_SECONDS)
        self.times_ms["bundle"] = self._measure(started)
        return bundle

    def _open_classifier(self, build: "Callable[..., Classifier]") -> "Classifier":
        bundle = self._bundle.result()
        started = perf_counter()
        classifier = build(bundle, threads=self.settings.threads)
        self.times_ms["classifier"] = self._measure(started)
        return classifier

    @staticmethod
    def _measure(started: float) -> float:
        return round((perf_counter() - started) * 1e3, 1)
