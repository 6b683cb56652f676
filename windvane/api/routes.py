"""Every route, the same in AWS Lambda and on a laptop."""

import os
from collections.abc import Mapping

from windvane.api.classification_service import (
    ClassificationService,
    GetClassifier,
    OnClassified,
)
from windvane.api.classify.classify_routes import CLASSIFY_ROUTES
from windvane.api.compat.compat_routes import COMPAT_ROUTES
from windvane.api.console.console_routes import CONSOLE_ROUTES
from windvane.api.explain.explain_routes import EXPLAIN_ROUTES
from windvane.api.jobs.job_access import open_job_access
from windvane.api.jobs.job_routes import JOB_ROUTES
from windvane.api.results.result_routes import RESULT_ROUTES
from windvane.api.route import Dependencies, Route
from windvane.api.service.service_routes import SERVICE_ROUTES
from windvane.result_log.recorder import Recorder
from windvane.settings import Settings

ROUTES: tuple[Route, ...] = (
    *CLASSIFY_ROUTES,
    *EXPLAIN_ROUTES,
    *RESULT_ROUTES,
    *JOB_ROUTES,
    *SERVICE_ROUTES,
    *COMPAT_ROUTES,
    *CONSOLE_ROUTES,
)
"""The declarations, in the order of the OpenAPI document."""


def build_routes(
    get_classifier: GetClassifier,
    settings: Settings,
    recorder: Recorder | None = None,
    on_classified: OnClassified | None = None,
    environ: Mapping[str, str] | None = None,
) -> tuple[Route, ...]:
    """Bind every route to what its handler works with.

    Args:
        get_classifier: Returns the classifier, or raises `ModelNotReadyError`.
        settings: The limits.
        recorder: Records the predictions; None to record nothing.
        on_classified: Called with the texts of each request.
        environ: Credentials and endpoint of AWS, for bulk jobs; the process's by default.
    """
    dependencies = Dependencies(
        ClassificationService(
            get_classifier, recorder, on_classified, max_tokens=settings.max_request_tokens
        ),
        get_classifier,
        settings,
        recorder.result_log if recorder else None,
        open_job_access(settings.jobs_arn, os.environ if environ is None else environ),
    )
    return tuple(route.bind(dependencies) for route in ROUTES)
