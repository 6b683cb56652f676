"""Records what was answered; a log that fails never takes the answer with it."""

from collections.abc import Mapping, Sequence

import msgspec

from windvane.inference.predictions import Prediction
from windvane.observability import logger
from windvane.result_log.errors import ResultLogUnavailableError
from windvane.result_log.record import RecordMaker, ResultRecord
from windvane.result_log.result_log import ResultLog, open_result_log
from windvane.settings import Settings

NOT_LOGGED = "result not logged"
"""The line of the structured log that holds a record to be replayed."""


class Recorded(msgspec.Struct, frozen=True):
    """Where the results of one request went.

    Attributes:
        result_ids: One id per text; none where results are not recorded.
        logged: Whether the log has them. Where not, the structured log has.
    """

    result_ids: Sequence[str] = ()
    logged: bool = True


class Recorder:
    """Makes the records of a request's answers and hands them to the log.

    Attributes:
        result_log: Where they go.
    """

    def __init__(self, result_log: ResultLog, maker: RecordMaker) -> None:
        """Keep what records are made by and where they go."""
        self.result_log = result_log
        self._maker = maker

    def record(
        self, texts: Sequence[str], predictions: Sequence[Prediction], *, model: str, route: str
    ) -> Recorded:
        """Record the answers of one request."""
        if not texts:
            return Recorded()
        records = [
            self._maker.make(text, prediction, model=model, route=route)
            for text, prediction in zip(texts, predictions, strict=True)
        ]
        ids = [record.result_id for record in records]
        try:
            self.result_log.write(records)
        except ResultLogUnavailableError as error:
            _keep_in_structured_log(records, str(error))
            return Recorded(ids, logged=False)
        return Recorded(ids)


def open_recorder(settings: Settings, environ: Mapping[str, str]) -> Recorder | None:
    """Open the log that the settings name; nothing where results are not recorded.

    Raises:
        AwsSetupError: The AWS region is not known.
        ResultLogOpenError: The database cannot be opened.
        ResultLogUriError: The log's URI is of a kind that is not known.
    """
    retention_days = settings.retention_days
    result_log = open_result_log(settings.result_log_uri, environ, retention_days=retention_days)
    if result_log is None:
        return None
    return Recorder(result_log, RecordMaker(settings.store_text, retention_days))


def _keep_in_structured_log(records: Sequence[ResultRecord], reason: str) -> None:
    for record in records:
        fields = msgspec.to_builtins(record)
        # A text stays out of every log line; its hash, which replaces it, does not.
        fields.pop("text", None)
        logger.error(NOT_LOGGED, reason=reason, record=fields)
