"""What each word of a text adds to its score."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from windvane.api.answering import TextClassifier
from windvane.api.problems import FieldRuleError
from windvane.api.request_body import read_json
from windvane.api.request_rules import check_text_field, to_request
from windvane.api.routing import Route, to_json_response
from windvane.inference.step_times import StepTimes
from windvane.settings import Settings

if TYPE_CHECKING:
    from windvane.api.explain.explain_schemas import ExplainRequest


class ExplainRoutes:
    """Answers ``/v1/explain``; what it needs is imported when it is first asked.

    Explanations are not recorded: they are questions about an answer, not answers.
    """

    def __init__(self, get_classifier: Callable[[], TextClassifier], settings: Settings) -> None:
        """Keep what is run, and the limits.

        Args:
            get_classifier: Returns the classifier, or raises `ModelNotReadyError`.
            settings: The limits.
        """
        self._get_classifier = get_classifier
        self._settings = settings

    @property
    def routes(self) -> Sequence[Route]:
        """Its routes."""
        return (Route("POST", "/v1/explain", self.explain, is_slow=True),)

    def explain(self, event: BaseProxyEvent) -> Response[str]:
        """Explain the score of one text."""
        from windvane.api.explain.explain_schemas import ExplainRequest, to_explain_answer
        from windvane.inference.explanation.explainer import MAX_EXPLAIN_CHARS, explain

        request = to_request(read_json(event), ExplainRequest)
        max_chars = min(self._settings.max_text_chars, MAX_EXPLAIN_CHARS)
        text = check_text_field(request.text, "text", max_chars)
        classifier = self._get_classifier()
        label = _check_label(request, classifier.manifest.labels)
        classify = partial(classifier.classify, times=StepTimes())
        return to_json_response(
            to_explain_answer(explain(classify, text, label), classifier.manifest)
        )


def _check_label(request: "ExplainRequest", labels: Sequence[str]) -> str | None:
    """Return the label that is asked for, if any is.

    Raises:
        FieldRuleError: The model has no such label.
    """
    if not isinstance(request.label, str):
        return None
    if request.label not in labels:
        raise FieldRuleError("label", f"one of {', '.join(labels)}")
    return request.label
