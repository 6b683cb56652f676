"""Every route, the same in AWS Lambda and on a laptop."""

from collections.abc import Callable

from windvane.api.answering import Answerer, Observe, TextClassifier
from windvane.api.classify.classify_routes import ClassifyRoutes
from windvane.api.compat.compat_routes import CompatRoutes
from windvane.api.console.console_routes import ConsoleRoutes
from windvane.api.explain.explain_routes import ExplainRoutes
from windvane.api.results.result_routes import ResultRoutes
from windvane.api.routing import Feature, Route
from windvane.api.service.service_routes import ServiceRoutes
from windvane.result_log.recorder import Recorder
from windvane.settings import Settings


def build_routes(
    get_classifier: Callable[[], TextClassifier],
    settings: Settings,
    recorder: Recorder | None = None,
    observe: Observe | None = None,
) -> tuple[Route, ...]:
    """Build every route.

    Args:
        get_classifier: Returns the classifier, or raises `ModelNotReadyError`.
        settings: The limits.
        recorder: Records the answers and looks them up.
        observe: Told of every request's answers.
    """
    answerer = Answerer(get_classifier, recorder, observe)
    features: tuple[Feature, ...] = (
        ClassifyRoutes(answerer, settings, recorder),
        ExplainRoutes(get_classifier, settings),
        ResultRoutes(recorder),
        ServiceRoutes(get_classifier, settings),
        CompatRoutes(answerer, get_classifier, settings),
        ConsoleRoutes(),
    )
    return tuple(route for feature in features for route in feature.routes)
