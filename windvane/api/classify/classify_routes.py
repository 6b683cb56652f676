"""Texts in, labels and scores out."""

from collections.abc import Sequence

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from windvane.api.answering import Answerer
from windvane.api.classify.classify_schemas import (
    ClassifyAnswer,
    ClassifyRequest,
    ModelName,
    SentimentRequest,
    TextRefusal,
    to_sentiment_answer,
    to_text_results,
)
from windvane.api.problems import FieldRuleError
from windvane.api.request_body import read_json
from windvane.api.request_rules import check_text_field, check_texts, to_request
from windvane.api.routing import Answer, Route, to_json_response
from windvane.result_log.recorder import Recorder
from windvane.settings import Settings

IDEMPOTENCY_HEADER = "idempotency-key"


class ClassifyRoutes:
    """Answers ``/sentiment`` and ``/v1/classify``."""

    def __init__(
        self, answerer: Answerer, settings: Settings, recorder: Recorder | None = None
    ) -> None:
        """Keep what answers, the limits, and where first answers are kept."""
        self._answerer = answerer
        self._settings = settings
        self._recorder = recorder

    @property
    def routes(self) -> Sequence[Route]:
        """Its routes."""
        return (
            Route("POST", "/sentiment", self._once(self.sentiment), is_slow=True),
            Route("POST", "/v1/classify", self._once(self.classify), is_slow=True),
        )

    def sentiment(self, event: BaseProxyEvent) -> Response[str]:
        """Classify one text."""
        request = to_request(read_json(event), SentimentRequest)
        text = check_text_field(request.text, "text", self._settings.max_text_chars)
        answered = self._answerer.answer([text], route="/sentiment")
        return to_json_response(to_sentiment_answer(answered))

    def classify(self, event: BaseProxyEvent) -> Response[str]:
        """Classify several texts; one that breaks a rule does not spoil the others."""
        request = to_request(read_json(event), ClassifyRequest)
        check_texts(
            request.texts,
            max_texts=self._settings.max_batch_texts,
            max_chars=self._settings.max_batch_chars,
        )
        checked = [self._check(text, f"texts[{i}]") for i, text in enumerate(request.texts)]
        texts = [text for text in checked if isinstance(text, str)]
        answered = self._answerer.answer(texts, route="/v1/classify")
        results = iter(to_text_results(answered))
        name = ModelName(answered.manifest.name, answered.manifest.version)
        in_order = [next(results) if isinstance(text, str) else text for text in checked]
        return to_json_response(ClassifyAnswer(name, in_order))

    def _once(self, answer: Answer) -> Answer:
        """Let a request that carries a key be answered once; others pass by."""

        def answer_event(event: BaseProxyEvent) -> Response[str]:
            key = event.headers.get(IDEMPOTENCY_HEADER)
            if key is None:
                return answer(event)
            from windvane.api.classify.idempotency import answer_once

            log = self._recorder.result_log if self._recorder else None
            return answer_once(answer, event, key, log.idempotency_records if log else None)

        return answer_event

    def _check(self, text: object, field: str) -> str | TextRefusal:
        try:
            return check_text_field(text, field, self._settings.max_text_chars)
        except FieldRuleError as error:
            return TextRefusal(error.error)
