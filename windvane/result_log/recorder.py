"""Records predictions; a log that fails never fails the request."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext

import msgspec

from windvane.inference.predictions import Prediction
from windvane.observability import logger
from windvane.result_log.errors import ResultLogUnavailableError
from windvane.result_log.record import RecordMaker, ResultRecord
from windvane.result_log.result_log import ResultLog, open_result_log
from windvane.result_log.subjects import SubjectHasher
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


class RecordedRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request whose predictions are recorded.

    Attributes:
        model: Bundle that classified its texts, ``name@version``.
        route: Its route, such as ``/v1/classify``.
        client: Name of the client that sent it; None for the operator's keys.
        subject: Whom its texts are of; None if it does not say.
        text_ms: Milliseconds that a text took, on average.
    """

    model: str
    route: str
    client: str | None = None
    subject: str | None = None
    text_ms: float = 0.0


Beside = Callable[[Sequence[ResultRecord], Sequence[str], float], AbstractContextManager[None]]
"""Takes the records of a request, its texts and `RecordedRequest.text_ms`, and returns a context in
which the records are written: what is done meanwhile with the texts."""


class Recorder:
    """Builds the records of a request and writes them to the result log.

    Attributes:
        result_log: Where the records are written.
        subjects: Hashes the subjects of records.
    """

    def __init__(
        self,
        result_log: ResultLog,
        maker: RecordMaker,
        beside: Beside | None = None,
        *,
        subject_key: str = "",
    ) -> None:
        self.result_log = result_log
        self.subjects = SubjectHasher(result_log, subject_key)
        self._maker = maker
        self._beside = beside or (lambda *_: nullcontext())

    def record(
        self,
        texts: Sequence[str],
        predictions: Sequence[Prediction],
        request: RecordedRequest,
    ) -> Recorded:
        """Record the predictions of one request.

        Raises:
            SubjectKeyError: There is a subject, and no key to hash it with.
        """
        if not texts:
            return Recorded()
        model, route, client = request.model, request.route, request.client
        records = [
            self._maker.make(text, prediction, model=model, route=route, client=client)
            for text, prediction in zip(texts, predictions, strict=True)
        ]
        ids = [record.result_id for record in records]
        try:
            with self._beside(records, texts, request.text_ms):
                self.result_log.write(self._add_subject(records, request.subject))
        except ResultLogUnavailableError as error:
            _write_to_log_lines(records, str(error))
            return Recorded(ids, logged=False)
        return Recorded(ids)

    def _add_subject(
        self, records: Sequence[ResultRecord], subject: str | None
    ) -> Sequence[ResultRecord]:
        """Add a subject's hash to records on their way to the log; no log line has it."""
        if subject is None:
            return records
        subject_hash = self.subjects.hash(subject)
        return [msgspec.structs.replace(record, subject_hash=subject_hash) for record in records]


def open_recorder(
    settings: Settings, environ: Mapping[str, str], beside: Beside | None = None
) -> Recorder | None:
    """Open the log that the settings name; None if results are not recorded.

    Args:
        settings: Where and how results are recorded.
        environ: Region, credentials and endpoint of AWS.
        beside: What is done with texts while their records are written.

    Raises:
        AwsSetupError: The AWS region is not known.
        ResultLogOpenError: The database cannot be opened.
        ResultLogUriError: The log's URI is of an unknown kind.
    """
    retention_days = settings.retention_days
    result_log = open_result_log(settings.result_log_uri, environ, retention_days=retention_days)
    if result_log is None:
        return None
    maker = RecordMaker(settings.store_text, retention_days)
    return Recorder(result_log, maker, beside, subject_key=settings.subject_key)


def _write_to_log_lines(records: Sequence[ResultRecord], reason: str) -> None:
    for record in records:
        fields = msgspec.to_builtins(record)
        # No log line holds a text; its hash may stay.
        fields.pop("text", None)
        logger.error(NOT_LOGGED, reason=reason, record=fields)
