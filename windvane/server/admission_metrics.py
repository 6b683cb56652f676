"""Prometheus metrics of an `Admission`, set at each change: other processes may read them."""

from prometheus_client import CollectorRegistry, Counter, Gauge

from windvane.server.admission import Admission


class AdmissionMetrics:
    """How many requests run, wait, were refused and were abandoned."""

    def __init__(self, admission: Admission, registry: CollectorRegistry | None) -> None:
        """Watch an admission.

        Args:
            admission: Its `on_change` is taken.
            registry: None if the metrics are collected from files.
        """
        self._admission = admission
        self._running = _build_gauge("running", "Requests that run.", registry)
        self._waiting = _build_gauge("waiting", "Requests that wait.", registry)
        help_text = "Requests that found too many others waiting."
        self._refused = Counter("windvane_requests_refused", help_text, registry=registry)
        help_text = "Requests whose client went away while they waited."
        self._abandoned = Counter("windvane_requests_abandoned", help_text, registry=registry)
        self._counted = (0, 0)
        self._shown = (-1, -1)
        admission.on_change = self._update
        self._update()

    def _update(self) -> None:
        """Set what has changed: a request that need not wait changes one number alone."""
        admission = self._admission
        running, waiting = shown = (admission.running, admission.waiting)
        if running != self._shown[0]:
            self._running.set(running)
        if waiting != self._shown[1]:
            self._waiting.set(waiting)
        self._shown = shown
        counts = (admission.refused, admission.abandoned)
        if counts != self._counted:
            self._refused.inc(counts[0] - self._counted[0])
            self._abandoned.inc(counts[1] - self._counted[1])
            self._counted = counts


def _build_gauge(name: str, help_text: str, registry: CollectorRegistry | None) -> Gauge:
    name = f"windvane_requests_{name}"
    return Gauge(name, help_text, registry=registry, multiprocess_mode="livesum")
