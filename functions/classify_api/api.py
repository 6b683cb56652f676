"""Every route, the same in AWS Lambda and on a laptop."""

from collections.abc import Callable

from functions.classify_api.answering import Answerer, Observe, TextClassifier
from functions.classify_api.classify_routes import ClassifyRoutes
from functions.classify_api.compat_routes import CompatRoutes
from functions.classify_api.console_routes import ConsoleRoutes
from functions.classify_api.explain_routes import ExplainRoutes
from functions.classify_api.result_routes import ResultRoutes
from functions.classify_api.routing import Feature, Route
from functions.classify_api.service_routes import ServiceRoutes
from functions.result_log.recorder import Recorder
from functions.settings import Settings


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
