"""Opens the challenger of the function's environment, and counts what it answers."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from aws_lambda_powertools.metrics import MetricUnit

from windvane.bundle_store import open_bundle
from windvane.facts import MetricName
from windvane.inference.classifier import Classifier
from windvane.observability import build_metrics, logger
from windvane.settings import load_settings
from windvane.shadow.challenger import Challenger
from windvane.shadow.dynamodb_shadow_log import DynamoDbShadowLog
from windvane.shadow.shadow_record import ShadowEvent, ShadowRecord

LOG_URI_PREFIX = "dynamodb://"


class EventError(Exception):
    """The event is none that the API's function sends; the message never repeats it."""


class ShadowApp:
    """The challenger of one process."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Open the bundle.

        Raises:
            AwsSetupError: The AWS region is not known.
            BundleError: The bundle cannot be used.
            SettingsError: A variable's value is not allowed.
        """
        settings = load_settings(environ)
        classifier = Classifier(open_bundle(settings.bundle_uri), threads=settings.threads)
        table = settings.result_log_uri.removeprefix(LOG_URI_PREFIX)
        self._challenger = Challenger(classifier, DynamoDbShadowLog(table, environ))
        self._function_name = environ.get("AWS_LAMBDA_FUNCTION_NAME", "local")
        self._metrics = build_metrics()
        manifest = classifier.manifest
        logger.info("challenger loaded", model=manifest.name, version=manifest.version)

    def answer(self, event: object) -> None:
        """Answer the texts of an event and record the answers.

        Raises:
            EventError: It is none of the API's function.
            ResultLogUnavailableError: Not all answers were recorded.
        """
        try:
            shadowed = msgspec.convert(event, ShadowEvent).shadowed
        except msgspec.ValidationError:
            raise EventError("the event is none that the API's function sends") from None
        self._count(self._challenger.answer(shadowed))

    def _count(self, records: Sequence[ShadowRecord]) -> None:
        disagreements = sum(not record.is_agreement for record in records)
        counts: dict[str, Any] = {
            MetricName.SHADOW_TEXTS: len(records),
            MetricName.SHADOW_DISAGREEMENTS: disagreements,
        }
        self._metrics.add_dimension("function", self._function_name)
        for name, count in counts.items():
            self._metrics.add_metric(name, MetricUnit.Count, count)
        self._metrics.flush_metrics()
