"""The handler of ``/v1/explain``. Explanations are not recorded: they repeat a prediction."""

from collections.abc import Sequence

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from windvane.api.explain.explain_schemas import ExplainRequest, to_explain_answer
from windvane.api.problems import FieldRuleError
from windvane.api.request_body import read_json
from windvane.api.request_rules import check_text_field, to_request
from windvane.api.route import Dependencies
from windvane.api.routing import to_json_response
from windvane.inference.explanation.explainer import MAX_EXPLAIN_CHARS, explain


def explain_text(event: BaseProxyEvent, dependencies: Dependencies) -> Response[str]:
    """Explain the score of one text."""
    request = to_request(read_json(event), ExplainRequest)
    max_chars = min(dependencies.settings.max_text_chars, MAX_EXPLAIN_CHARS)
    text = check_text_field(request.text, "text", max_chars)
    classifier = dependencies.get_classifier()
    label = _check_label(request, classifier.manifest.labels)
    explanation = explain(classifier, text, label)
    return to_json_response(to_explain_answer(explanation, classifier.manifest))


def _check_label(request: ExplainRequest, labels: Sequence[str]) -> str | None:
    """Return the label of the request; None if it names none.

    Raises:
        FieldRuleError: The model has no such label.
    """
    if not isinstance(request.label, str):
        return None
    if request.label not in labels:
        raise FieldRuleError("label", f"one of {', '.join(labels)}")
    return request.label
