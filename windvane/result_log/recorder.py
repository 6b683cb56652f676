"""Records predictions; a log that fails never fails the request."""

from collections.abc import Mapping, Sequence

import msgspec

from windvane.inference.predictions import Prediction
from windvane.observability import logger
from windvane.result_log.errors import ResultLogUnavailableError
from windvane.result_log.record import RecordMaker, ResultRecord
from windvane.result_log.result_log import ResultLog, open_result_log
from windvane.settings import Settings

NOT_LOGGED = "result not logged"
"""Message of the log line that holds a record the result log did not take."""


class Recorded(msgspec.Struct, frozen=True):
    """Where the records of one request are.

    Attributes:
        result_ids: One id per text; empty if results are not recorded.
        logged: Whether the result log has them; otherwise they are in the function's log lines.
    """

    result_ids: Sequence[str] = ()
    logged: bool = True


class Recorder:
    """Builds the records of a request and writes them to the result log.

    Attributes:
        result_log: Where the records are written.
    """

    def __init__(self, result_log: ResultLog, maker: RecordMaker) -> None:
        self.result_log = result_log
        self._maker = maker

    def record(
        self,
        texts: Sequence[str],
        predictions: Sequence[Prediction],
        *,
        model: str,
        route: str,
        client: str | None = None,
    ) -> Recorded:
        """Record the predictions of one request, which a client may have sent."""
        if not texts:
            return Recorded()
        records = [
            self._maker.make(text, prediction, model=model, route=route, client=client)
            for text, prediction in zip(texts, predictions, strict=True)
        ]
        ids = [record.result_id for record in records]
        try:
            self.result_log.write(records)
        except ResultLogUnavailableError as error:
            _write_to_log_lines(records, str(error))
            return Recorded(ids, logged=False)
        return Recorded(ids)


def open_recorder(settings: Settings, environ: Mapping[str, str]) -> Recorder | None:
    """Open the log that the settings name; None if results are not recorded.

    Raises:
        AwsSetupError: The AWS region is not known.
        ResultLogOpenError: The database cannot be opened.
        ResultLogUriError: The log's URI is of an unknown kind.
    """
    retention_days = settings.retention_days
    result_log = open_result_log(settings.result_log_uri, environ, retention_days=retention_days)
    if result_log is None:
        return None
    return Recorder(result_log, RecordMaker(settings.store_text, retention_days))


def _write_to_log_lines(records: Sequence[ResultRecord], reason: str) -> None:
    for record in records:
        fields = msgspec.to_builtins(record)
        # No log line holds a text; its hash may stay.
        fields.pop("text", None)
        logger.error(NOT_LOGGED, reason=reason, record=fields)
