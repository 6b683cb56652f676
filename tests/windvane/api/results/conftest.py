from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from aws_lambda_powertools.event_handler import APIGatewayRestResolver

from tests.windvane.api.clients import LambdaClient
from tests.windvane.api.fake_classifier import FakeClassifier
from tests.windvane.result_log.records import MAKER
from windvane.api.routes import build_routes
from windvane.api.routing import build_router
from windvane.result_log.recorder import Recorder
from windvane.result_log.sqlite.sqlite_log import SqliteResultLog
from windvane.settings import Settings


@pytest.fixture
def log_path(tmp_path: Path) -> Path:
    return tmp_path / "results.db"


@pytest.fixture
def result_log(log_path: Path) -> Iterator[SqliteResultLog]:
    with closing(SqliteResultLog(str(log_path))) as log:
        yield log


@pytest.fixture
def log_client(result_log: SqliteResultLog) -> LambdaClient:
    """Send to a function that records into `result_log`."""
    settings = Settings(bundle_uri="", threads=1)
    routes = build_routes(FakeClassifier, settings, Recorder(result_log, MAKER))
    app = APIGatewayRestResolver()
    app.include_router(build_router(routes))
    return LambdaClient(app)
