from collections.abc import Iterator

import pytest

from functions.result_log.result_log import ResultLog
from tests.functions.result_log.records import open_dynamodb_log
from tests.moto_server import MotoServer

LOGS = ["dynamodb"]
"""Every kind of log; ``<kind>_log`` is the fixture that makes one."""


@pytest.fixture(scope="session")
def result_table(moto_server: MotoServer) -> str:
    return moto_server.make_result_table()


@pytest.fixture
def dynamodb_log(moto_server: MotoServer, result_table: str) -> Iterator[ResultLog]:
    with open_dynamodb_log(result_table, moto_server.environ) as log:
        yield log


@pytest.fixture(params=LOGS)
def result_log(request: pytest.FixtureRequest) -> ResultLog:
    """Each kind of log in turn."""
    log: ResultLog = request.getfixturevalue(f"{request.param}_log")
    return log
