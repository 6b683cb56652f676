"""Prometheus metrics of the local server: ``GET /metrics``."""

from functools import cache
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_1_0_0

from windvane.api.caller import current_caller
from windvane.api.classified_texts import ClassifiedTexts
from windvane.api.problems import KeyNeededError
from windvane.api.route import Route
from windvane.inference.manifest import Manifest
from windvane.server.admission import Admission
from windvane.server.admission_metrics import AdmissionMetrics
from windvane.server.worker_place import WorkerPlace

METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
OTHER = "other"
"""Label value for all unknown paths, and for all methods not in `METHODS`."""

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
SCORES = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1)


class ServerMetrics:
    """Counts requests and predictions; no label value comes from a request.

    Attributes:
        admission: Limits how many slow requests run at once; its counts are metrics too.
    """

    def __init__(self, admission: Admission, place: WorkerPlace | None = None) -> None:
        """Create the metrics.

        Args:
            admission: Limits how many slow requests run at once.
            place: Of this process among the workers, whose metrics are exposed together; None if it
                is the only one.
        """
        self.admission = admission
        # The *_created series double the output, and only repeat the start time.
        disable_created_metrics()  # type: ignore[no-untyped-call] # prometheus's own
        self._exposed = CollectorRegistry()
        if place is None:
            ProcessCollector(registry=self._exposed)
            self._registry: CollectorRegistry | None = self._exposed
        else:
            # Imported late: one process alone has no files to add up.
            from windvane.server.worker_metrics import expose_workers

            expose_workers(self._exposed, place)
            self._registry = None
        registry = self._registry
        self._model = Info("windvane_model", "The model that is served.", registry=self._exposed)
        AdmissionMetrics(admission, registry)
        self._requests = self._counter(
            "requests", "Requests by response status.", ("route", "method", "status")
        )
        help_text = "From a request's headers to its response."
        self._seconds = Histogram(
            "windvane_request_seconds", help_text, ("route",), buckets=SECONDS, registry=registry
        )
        self._texts = self._counter("texts", "Texts by label.", ("label",))
        help_text = "Score of a text's label."
        self._score = Histogram("windvane_score", help_text, buckets=SCORES, registry=registry)
        # Label values are few, and looking up a series takes longer than counting.
        self._find_requests = cache(self._requests.labels)
        self._find_seconds = cache(self._seconds.labels)
        self._find_texts = cache(self._texts.labels)
        self._tokens = self._counter("tokens", "Tokens of texts.")
        self._windows = self._counter("windows", "Windows of texts.")
        self._encode_seconds = self._counter("encode_seconds", "What encoding took.")
        self._run_seconds = self._counter("run_seconds", "What the model took.")
        self._log_seconds = self._counter("log_seconds", "What the result log took.")
        self._not_logged = self._counter("not_logged", "Results that could not be logged.")

    @property
    def routes(self) -> tuple[Route, ...]:
        """The route of the metrics."""
        return (Route("GET", "/metrics", self.expose),)

    def expose(self, _: BaseProxyEvent) -> Response[str]:
        """Return all metrics in Prometheus' text format.

        Raises:
            KeyNeededError: The caller may see its own results alone; these are everybody's.
        """
        if current_caller().limited_to is not None:
            raise KeyNeededError
        body = generate_latest(self._exposed).decode()
        return Response(HTTPStatus.OK, CONTENT_TYPE_PLAIN_1_0_0, body)

    def set_model(self, manifest: Manifest) -> None:
        """Set the name and version of the model."""
        self._model.info(
            {
                "name": manifest.name,
                "version": manifest.version,
                "quantization": manifest.quantization,
            }
        )

    def count_request(self, route: Route | None, method: str, status: int, seconds: float) -> None:
        """Count one request.

        Args:
            route: Route that matched; requests are counted under its path template.
            method: HTTP method.
            status: HTTP status.
            seconds: From its headers to its response.
        """
        path = route.path if route else OTHER
        self._find_requests(path, method if method in METHODS else OTHER, status).inc()
        self._find_seconds(path).observe(seconds)

    def count_predictions(self, classified: ClassifiedTexts) -> None:
        """Count the texts of one request."""
        for prediction in classified.predictions:
            self._find_texts(prediction.label).inc()
            self._score.observe(prediction.score)
        self._tokens.inc(sum(prediction.tokens for prediction in classified.predictions))
        self._windows.inc(sum(prediction.windows for prediction in classified.predictions))
        self._encode_seconds.inc(classified.encode_ms / 1e3)
        self._run_seconds.inc(classified.run_ms / 1e3)
        self._log_seconds.inc(classified.log_ms / 1e3)
        if not classified.recorded.logged:
            self._not_logged.inc(len(classified.predictions))

    def _counter(self, name: str, help_text: str, labels: tuple[str, ...] = ()) -> Counter:
        return Counter(f"windvane_{name}", help_text, labels, registry=self._registry)
