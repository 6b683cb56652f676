"""Metrics of the function, written as log lines for CloudWatch."""

from collections import Counter
from collections.abc import Iterator

from aws_lambda_powertools.metrics import MetricUnit

from windvane.api.classified_texts import ClassifiedTexts
from windvane.facts import MetricName
from windvane.observability import build_metrics

MAX_TEXTS = 50
"""Texts in one log line. CloudWatch takes 100 values of a metric in a line, and powertools splits
there."""

Metric = tuple[str, float, MetricUnit]


class FunctionMetrics:
    """Writes the metrics of one function; its name is the only dimension."""

    def __init__(self, function_name: str) -> None:
        self._metrics = build_metrics()
        self._function_name = function_name
        self._is_cold = True
        self._correlation_id = ""

    def count_request(self, correlation_id: str) -> None:
        """Begin a request. The first one writes the cold start metric."""
        self._correlation_id = correlation_id
        if self._is_cold:
            self._is_cold = False
            self._write([(MetricName.COLD_START, 1, MetricUnit.Count)])

    def count_predictions(self, classified: ClassifiedTexts) -> None:
        """Write the metrics of a request's texts, in one log line for each `MAX_TEXTS`."""
        times = [
            (MetricName.CLASSIFY_TIME, round(classified.classify_ms, 2), MetricUnit.Milliseconds),
            (MetricName.ENCODE_TIME, round(classified.encode_ms, 2), MetricUnit.Milliseconds),
            (MetricName.RUN_TIME, round(classified.run_ms, 2), MetricUnit.Milliseconds),
            (MetricName.LOG_TIME, round(classified.log_ms, 2), MetricUnit.Milliseconds),
        ]
        for start in range(0, len(classified.predictions), MAX_TEXTS):
            self._write([*times, *_measure(classified, slice(start, start + MAX_TEXTS))])
            times = []

    def count_not_shadowed(self, texts: int) -> None:
        """Write how many texts the challenger should have been sent and was not."""
        self._write([(MetricName.SHADOW_NOT_SENT, texts, MetricUnit.Count)])

    def _write(self, metrics: list[Metric]) -> None:
        self._metrics.add_dimension("function", self._function_name)
        self._metrics.add_metadata("correlation_id", self._correlation_id)
        for name, value, unit in metrics:
            self._metrics.add_metric(name, unit, value)
        self._metrics.flush_metrics()


def _measure(classified: ClassifiedTexts, part: slice) -> Iterator[Metric]:
    predictions = classified.predictions[part]
    yield MetricName.TEXTS, len(predictions), MetricUnit.Count
    not_logged = 0 if classified.recorded.logged else len(predictions)
    yield MetricName.NOT_LOGGED, not_logged, MetricUnit.Count
    yield MetricName.TOKENS, sum(prediction.tokens for prediction in predictions), MetricUnit.Count
    yield (
        MetricName.WINDOWS,
        sum(prediction.windows for prediction in predictions),
        MetricUnit.Count,
    )
    for label, count in Counter(prediction.label for prediction in predictions).items():
        yield MetricName.LABEL_PREFIX + label, count, MetricUnit.Count
    for prediction, chars in zip(predictions, classified.chars[part], strict=True):
        yield MetricName.SCORE, round(prediction.score, 4), MetricUnit.NoUnit
        yield MetricName.TEXT_CHARS, chars, MetricUnit.Count
