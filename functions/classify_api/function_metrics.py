"""What the function counts of its answers, for CloudWatch."""

from collections import Counter
from collections.abc import Iterator

from aws_lambda_powertools.metrics import MetricUnit

from windvane.api.answering import Answered
from windvane.facts import MetricName
from windvane.observability import build_metrics

MAX_TEXTS = 50
"""Of one line; a metric has at most 100 values in one, and powertools breaks off there."""

Metric = tuple[str, float, MetricUnit]


class FunctionMetrics:
    """Counts what one function answers; its name is the only dimension."""

    def __init__(self, function_name: str) -> None:
        """Start counting; the first request is a cold start."""
        self._metrics = build_metrics()
        self._function_name = function_name
        self._is_cold = True
        self._correlation_id = ""

    def count_request(self, correlation_id: str) -> None:
        """Begin a request. A cold start is counted, in a line that is written at once."""
        self._correlation_id = correlation_id
        if self._is_cold:
            self._is_cold = False
            self._write([(MetricName.COLD_START, 1, MetricUnit.Count)])

    def count_answers(self, answered: Answered) -> None:
        """Count the answers of one request, one line for each `MAX_TEXTS` of them."""
        times = [
            (MetricName.CLASSIFY_TIME, round(answered.classify_ms, 2), MetricUnit.Milliseconds),
            (MetricName.ENCODE_TIME, round(answered.encode_ms, 2), MetricUnit.Milliseconds),
            (MetricName.RUN_TIME, round(answered.run_ms, 2), MetricUnit.Milliseconds),
            (MetricName.LOG_TIME, round(answered.log_ms, 2), MetricUnit.Milliseconds),
        ]
        for start in range(0, len(answered.predictions), MAX_TEXTS):
            self._write([*times, *_measure(answered, slice(start, start + MAX_TEXTS))])
            times = []

    def _write(self, measured: list[Metric]) -> None:
        self._metrics.add_dimension("function", self._function_name)
        self._metrics.add_metadata("correlation_id", self._correlation_id)
        for name, value, unit in measured:
            self._metrics.add_metric(name, unit, value)
        self._metrics.flush_metrics()


def _measure(answered: Answered, some: slice) -> Iterator[Metric]:
    predictions = answered.predictions[some]
    yield MetricName.TEXTS, len(predictions), MetricUnit.Count
    not_logged = 0 if answered.recorded.logged else len(predictions)
    yield MetricName.NOT_LOGGED, not_logged, MetricUnit.Count
    yield MetricName.TOKENS, sum(one.tokens for one in predictions), MetricUnit.Count
    yield MetricName.WINDOWS, sum(one.windows for one in predictions), MetricUnit.Count
    for label, count in Counter(prediction.label for prediction in predictions).items():
        yield MetricName.LABEL_PREFIX + label, count, MetricUnit.Count
    for prediction, chars in zip(predictions, answered.chars[some], strict=True):
        yield MetricName.SCORE, round(prediction.score, 4), MetricUnit.NoUnit
        yield MetricName.TEXT_CHARS, chars, MetricUnit.Count
