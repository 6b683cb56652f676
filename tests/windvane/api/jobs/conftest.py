from collections.abc import Iterator

import pytest
from aws_lambda_powertools.event_handler import APIGatewayRestResolver

from tests.windvane.api.clients import LambdaClient
from tests.windvane.api.fake_classifier import FakeClassifier
from tests.windvane.jobs.fake_step_functions import (
    MACHINE,
    FakeStepFunctions,
    serve_step_functions,
)
from windvane.api.routes import build_routes
from windvane.api.routing import build_router
from windvane.settings import Settings

JOB_SETTINGS = Settings(
    bundle_uri="",
    threads=1,
    jobs_arn=MACHINE,
    job_inputs=("s3://texts/",),
    job_outputs=("s3://results/all/",),
)


def build_client(settings: Settings, environ: dict[str, str]) -> LambdaClient:
    """Send to a function with these settings."""
    app = APIGatewayRestResolver()
    app.include_router(build_router(build_routes(FakeClassifier, settings, environ=environ)))
    return LambdaClient(app)


@pytest.fixture
def step_functions() -> Iterator[FakeStepFunctions]:
    with serve_step_functions() as fake:
        yield fake


@pytest.fixture
def job_client(step_functions: FakeStepFunctions) -> LambdaClient:
    """Send to a function whose jobs the fake runs."""
    return build_client(JOB_SETTINGS, step_functions.environ)
