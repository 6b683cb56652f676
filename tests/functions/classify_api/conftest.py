from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from functions.classify_api.lambda_app import build_lambda_app
from tests.functions.classify_api.clients import Client, HttpClient, LambdaClient
from tests.functions.classify_api.serve_process import run_serve

THREADS = {"WINDVANE_THREADS": "2"}


@pytest.fixture(scope="session")
def lambda_client(tiny_bundle: Path) -> LambdaClient:
    return LambdaClient(build_lambda_app({"WINDVANE_BUNDLE_URI": str(tiny_bundle), **THREADS}))


@pytest.fixture(scope="session")
def local_url(tiny_bundle: Path) -> Iterator[str]:
    with run_serve("--bundle", str(tiny_bundle), environ=THREADS) as server:
        yield server.url


@pytest.fixture(scope="session")
def local_client(local_url: str) -> Iterator[HttpClient]:
    with httpx.Client(base_url=local_url, timeout=30) as client:
        yield HttpClient(client)


@pytest.fixture(params=["lambda", "local"])
def client(request: pytest.FixtureRequest) -> Client:
    """Send to each of the two in turn."""
    client: Client = request.getfixturevalue(f"{request.param}_client")
    return client
