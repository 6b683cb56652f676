"""What runs beside the imports while a function starts.

A start is mostly imports, which hold Python's lock. Fetching the bundle, hashing it and opening the
session leave the lock alone: each begins as soon as what it needs is imported, in a thread.
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
"""Lambda gives all of a start 10 s:
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""

SWITCH_SECONDS = 0.0001
"""How long an import may keep the bundle's next bytes waiting, instead of Python's 5 ms."""


ONE_BLAS_THREAD = ("OPENBLAS_NUM_THREADS", "1")
"""numpy's linear algebra is not used, and starting its threads delays the import of numpy."""


class StartUp:
    """Opens the bundle, then the classifier, and keeps what each took.

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
        gc.disable()  # a start makes no garbage
        os.environ.setdefault(*ONE_BLAS_THREAD)
        self._started = perf_counter()
        self._usual_switch_seconds = sys.getswitchinterval()
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
        sys.setswitchinterval(self._usual_switch_seconds)
        gc.freeze()  # what is here now stays
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
