"""The same image as a Lambda function, under AWS's own emulator of the runtime."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.function_code import ENTRYPOINT
from tests.container.docker_commands import HARDENED, Container, docker, run_container
from tests.e2e.emulator import INVOKE, JSON_TYPE
from tests.e2e.runtime_folder import copy_emulator
from tests.windvane.api.events import build_rest_event
from windvane.facts import BULK_HANDLER, FUNCTION_HANDLER, MONITOR_HANDLER, SHADOW_HANDLER

NO_EVENT = httpx.codes.NOT_FOUND
"""What the emulator answers to requests other than events."""
EMULATOR = "/emulator/aws-lambda-rie"
ENVIRONMENT = (
    "--env=WINDVANE_BUNDLE_URI=/app/windvane/default_model/bundle",
    "--env=WINDVANE_RESULT_LOG_URI=none:",
)


def invoke(container: Container, event: object) -> Any:
    return httpx.post(container.url + INVOKE, json=event, timeout=20).json()


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_emulator(tmp_path_factory.mktemp("emulator"))


def start_function(image: str, emulator: Path, handler: str) -> Any:
    options = (*HARDENED, *ENVIRONMENT, f"--volume={emulator}:{EMULATOR}:ro")
    command = (*ENTRYPOINT, handler)
    return run_container(image, *options, f"--entrypoint={EMULATOR}", command=command)


@pytest.fixture(scope="module")
def function(image: str, emulator: Path) -> Iterator[Container]:
    with start_function(image, emulator, FUNCTION_HANDLER) as running:
        running.wait_for(NO_EVENT)
        yield running


def test_function_classifies(function: Container) -> None:
    body = json.dumps({"text": "I love it"}).encode()

    answer = invoke(function, build_rest_event("POST", "/sentiment", body, JSON_TYPE))

    assert answer["statusCode"] == httpx.codes.OK
    assert json.loads(answer["body"])["sentiment"] == "positive"


def test_function_serves_its_health(function: Container) -> None:
    answer = invoke(function, build_rest_event("GET", "/health", None, None))

    assert answer["statusCode"] == httpx.codes.OK


@pytest.mark.parametrize("handler", [BULK_HANDLER, MONITOR_HANDLER, SHADOW_HANDLER])
def test_other_function_finds_its_modules(image: str, emulator: Path, handler: str) -> None:
    """It fails at an event that means nothing to it, or at AWS, which is not there."""
    with start_function(image, emulator, handler) as running:
        running.wait_for(NO_EVENT)
        invoke(running, {})
        log = docker("logs", running.id)

    assert "ImportModuleError" not in log
    assert "HandlerNotFound" not in log
    assert "No module named" not in log
