"""Routes for other services' clients; a wire is imported when it is first asked."""

from collections.abc import Callable, Sequence

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from windvane.api.answering import Answerer, TextClassifier
from windvane.api.problems import ProblemError
from windvane.api.routing import Route
from windvane.settings import Settings


class CompatRoutes:
    """Answers ``/compat/huggingface``, ``/compat/comprehend``, ``/predict`` and ``/info``."""

    def __init__(
        self,
        answerer: Answerer,
        get_classifier: Callable[[], TextClassifier],
        settings: Settings,
    ) -> None:
        """Keep what answers.

        Args:
            answerer: Classifies and records.
            get_classifier: Returns the classifier, or raises `ModelNotReadyError`.
            settings: The limits.
        """
        self._answerer = answerer
        self._get_classifier = get_classifier
        self._settings = settings

    @property
    def routes(self) -> Sequence[Route]:
        """Its routes."""
        return (
            Route("POST", "/compat/huggingface", self.huggingface, True, huggingface_error),
            Route("POST", "/compat/comprehend", self.comprehend, True, comprehend_error),
            Route("POST", "/predict", self.predict, True, predict_error),
            Route("GET", "/info", self.info, to_error=predict_error),
        )

    def huggingface(self, event: BaseProxyEvent) -> Response[str]:
        """Answer as Hugging Face's inference API does."""
        from windvane.api.compat.huggingface import answer

        return answer(event, self._answerer, self._settings)

    def comprehend(self, event: BaseProxyEvent) -> Response[str]:
        """Answer as Amazon Comprehend does."""
        from windvane.api.compat.comprehend import answer

        return answer(event, self._answerer, self._settings)

    def predict(self, event: BaseProxyEvent) -> Response[str]:
        """Answer as text-embeddings-inference does."""
        from windvane.api.compat.text_embeddings_inference import answer

        return answer(event, self._answerer, self._settings)

    def info(self, _: BaseProxyEvent) -> Response[str]:
        """Say of the model what text-embeddings-inference says."""
        from windvane.api.compat.text_embeddings_inference import describe

        return describe(self._get_classifier().manifest, self._settings)


def huggingface_error(error: ProblemError) -> Response[str]:
    """Answer an error as Hugging Face does."""
    from windvane.api.compat.huggingface import to_error

    return to_error(error)


def comprehend_error(error: ProblemError) -> Response[str]:
    """Answer an error as Amazon Comprehend does."""
    from windvane.api.compat.comprehend import to_error

    return to_error(error)


def predict_error(error: ProblemError) -> Response[str]:
    """Answer an error as text-embeddings-inference does."""
    from windvane.api.compat.text_embeddings_inference import to_error

    return to_error(error)
