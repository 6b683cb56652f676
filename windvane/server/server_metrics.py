"""What the local server counts, for Prometheus: ``GET /metrics``."""

from collections.abc import Iterator
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    Info,
    Metric,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_1_0_0
from prometheus_client.registry import Collector

from windvane.api.classified_texts import ClassifiedTexts
from windvane.api.route import Route
from windvane.inference.manifest import Manifest
from windvane.server.admission import Admission

METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
OTHER = "other"
"""What stands for any path that no route has, and for any other method."""

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
SCORES = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1)


class ServerMetrics:
    """Counts requests and answers; no label of it holds what a caller sent."""

    def __init__(self, admission: Admission) -> None:
        """Begin at nothing.

        Args:
            admission: Knows who runs, waits and was refused.
        """
        # They double the text, and say no more than when the server was started.
        disable_created_metrics()  # type: ignore[no-untyped-call] # prometheus's own
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        registry.register(AdmissionCollector(admission))
        self._model = Info("windvane_model", "What answers.", registry=registry)
        self._requests = self._counter(
            "requests", "Requests that were answered.", ("route", "method", "status")
        )
        told = "From a request's headers to its answer."
        self._seconds = Histogram(
            "windvane_request_seconds", told, ("route",), buckets=SECONDS, registry=registry
        )
        self._texts = self._counter("texts", "Texts by label.", ("label",))
        told = "Score of a text's label."
        self._score = Histogram("windvane_score", told, buckets=SCORES, registry=registry)
        self._tokens = self._counter("tokens", "Tokens of texts.")
        self._windows = self._counter("windows", "Windows of texts.")
        self._encode_seconds = self._counter("encode_seconds", "What encoding took.")
        self._run_seconds = self._counter("run_seconds", "What the model took.")
        self._log_seconds = self._counter("log_seconds", "What the result log took.")
        self._not_logged = self._counter("not_logged", "Results that could not be logged.")

    @property
    def routes(self) -> tuple[Route, ...]:
        """Its route."""
        return (Route("GET", "/metrics", self.expose),)

    def expose(self, _: BaseProxyEvent) -> Response[str]:
        """Write everything in Prometheus' text format."""
        body = generate_latest(self._registry).decode()
        return Response(HTTPStatus.OK, CONTENT_TYPE_PLAIN_1_0_0, body)

    def tell_model(self, manifest: Manifest) -> None:
        """Name the model that answers."""
        self._model.info(
            {
                "name": manifest.name,
                "version": manifest.version,
                "quantization": manifest.quantization,
            }
        )

    def count_request(self, route: Route | None, method: str, status: int, seconds: float) -> None:
        """Count one request that was answered.

        Args:
            route: Any with its path, which is counted as the route has it.
            method: HTTP method.
            status: HTTP status.
            seconds: From its headers to its answer.
        """
        path = route.path if route else OTHER
        known = method if method in METHODS else OTHER
        self._requests.labels(path, known, str(status)).inc()
        self._seconds.labels(path).observe(seconds)

    def count_answers(self, classified: ClassifiedTexts) -> None:
        """Count the texts of one request."""
        for prediction in classified.predictions:
            self._texts.labels(prediction.label).inc()
            self._score.observe(prediction.score)
        self._tokens.inc(sum(prediction.tokens for prediction in classified.predictions))
        self._windows.inc(sum(prediction.windows for prediction in classified.predictions))
        self._encode_seconds.inc(classified.encode_ms / 1e3)
        self._run_seconds.inc(classified.run_ms / 1e3)
        self._log_seconds.inc(classified.log_ms / 1e3)
        if not classified.recorded.logged:
            self._not_logged.inc(len(classified.predictions))

    def _counter(self, name: str, told: str, labels: tuple[str, ...] = ()) -> Counter:
        return Counter(f"windvane_{name}", told, labels, registry=self._registry)


class AdmissionCollector(Collector):
    """Reads what an `Admission` has counted when it is asked."""

    def __init__(self, admission: Admission) -> None:
        """Keep what counts."""
        self._admission = admission

    def collect(self) -> Iterator[Metric]:
        """Read it."""
        counted = self._admission
        running = "Requests that run."
        yield GaugeMetricFamily("windvane_requests_running", running, counted.running)
        waiting = "Requests that wait."
        yield GaugeMetricFamily("windvane_requests_waiting", waiting, counted.waiting)
        refused = "Requests that found too many others waiting."
        yield CounterMetricFamily("windvane_requests_refused", refused, counted.refused)
        abandoned = "Requests whose client went away while they waited."
        yield CounterMetricFamily("windvane_requests_abandoned", abandoned, counted.abandoned)
