from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.functions.classify_api.lambda_process import start_lambda_app
from tests.moto_server import MotoServer
from tests.windvane.api.clients import Client, HttpClient, LambdaClient
from tests.windvane.api.serve_process import run_serve
from tests.windvane.aws.fake_aws import find_closed_port

THREADS = {"WINDVANE_THREADS": "2"}
BOTH = ["lambda", "local"]


@contextmanager
def _open_client(kind: str, environ: dict[str, str]) -> Iterator[Client]:
    """Start one of the two with an environment of its own."""
    if kind == "lambda":
        yield LambdaClient(start_lambda_app(environ))
        return
    with run_serve(environ=environ) as server, httpx.Client(base_url=server.url) as client:
        yield HttpClient(client)


@pytest.fixture(scope="session")
def environ(tiny_bundle: Path) -> dict[str, str]:
    """The environment of a function that records no results."""
    nowhere = {"WINDVANE_RESULT_LOG_URI": "none:"}  # else the local server has a log of its own
    return {"WINDVANE_BUNDLE_URI": str(tiny_bundle), **nowhere, **THREADS}


@pytest.fixture(scope="session")
def lambda_client(environ: dict[str, str]) -> LambdaClient:
    return LambdaClient(start_lambda_app(environ))


@pytest.fixture(scope="session")
def local_url(environ: dict[str, str]) -> Iterator[str]:
    with run_serve(environ=environ) as server:
        yield server.url


@pytest.fixture(scope="session")
def local_client(local_url: str) -> Iterator[HttpClient]:
    with httpx.Client(base_url=local_url, timeout=30) as client:
        yield HttpClient(client)


@pytest.fixture(params=BOTH)
def client(request: pytest.FixtureRequest) -> Client:
    """Send to each of the two in turn."""
    client: Client = request.getfixturevalue(f"{request.param}_client")
    return client


@pytest.fixture(scope="session", params=BOTH)
def recording_client(
    request: pytest.FixtureRequest,
    environ: dict[str, str],
    moto_server: MotoServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Client]:
    """Send to each of the two, which record results where each of them usually does."""
    uris = {
        "lambda": f"dynamodb://{moto_server.make_result_table()}",
        "local": f"sqlite:///{tmp_path_factory.mktemp('results')}/results.db",
    }
    recording = {
        **environ,
        **moto_server.environ,
        "WINDVANE_RESULT_LOG_URI": uris[request.param],
        "WINDVANE_RETENTION_DAYS": "2",  # a table is listed so far back, which takes moto its time
    }
    with _open_client(request.param, recording) as client:
        yield client


@pytest.fixture(scope="session", params=BOTH)
def cut_off_client(
    request: pytest.FixtureRequest, environ: dict[str, str], moto_server: MotoServer
) -> Iterator[Client]:
    """Send to each of the two, whose result log is out of reach."""
    lost = {"WINDVANE_RESULT_LOG_URI": "dynamodb://lost", "AWS_ENDPOINT_URL": find_closed_port()}
    with _open_client(request.param, {**environ, **moto_server.environ, **lost}) as client:
        yield client
