import importlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from functions.release_check import start_up
from tests.functions.classify_api.lambda_process import start_lambda_app
from tests.functions.release_check.fake_lambda import FakeCodeDeploy, FakeLambda
from tests.moto_server import MotoServer
from tests.tiny_bundle import LABELS
from windvane.inference.manifest import read_manifest

NAMED = {"Version": "7"}
EVENT = {"DeploymentId": "d-1", "LifecycleEventHookExecutionId": "e-1"}
APP_SPEC = '{"TargetVersion": "7"}'


@pytest.fixture
def check(
    environ: dict[str, str], tiny_bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[FakeCodeDeploy, object]]:
    """Runs the handler for an AppSpec with the label that "good" must have."""

    def run(
        app_spec: str, label: str, event: dict[str, str] = EVENT
    ) -> tuple[FakeCodeDeploy, object]:
        version = read_manifest(tiny_bundle).version
        functions = FakeLambda({"7": (version, start_lambda_app(environ))})
        deployments = FakeCodeDeploy(app_spec)
        expectation = start_up.Expectation(
            bundle_version=version,
            labels=list(LABELS.values()),
            texts=[("good", label)],
            slow_ms=3000,
        )
        started = start_up.StartUp(
            function_name="windvane-dev",
            expectation=expectation,
            functions=functions,
            deployments=deployments,
        )
        monkeypatch.setattr(start_up, "start", lambda _: started)
        module = importlib.reload(importlib.import_module("functions.release_check.handler"))
        return deployments, module.handler(event, None)

    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("WINDVANE_FUNCTION_NAME", "windvane-dev")
    fields = {"bundle_version": "1", "labels": [], "texts": [], "slow_ms": 1}
    monkeypatch.setenv("WINDVANE_RELEASE_CHECK", json.dumps(fields))
    return run


def test_handler_lets_a_good_version_have_traffic(check: Callable[..., Any]) -> None:
    deployments, _ = check(APP_SPEC, "positive")

    assert deployments.statuses == ["Succeeded"]


def test_handler_keeps_traffic_from_a_version_with_another_label(
    check: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    deployments, _ = check(APP_SPEC, "negative")

    assert deployments.statuses == ["Failed"]
    logged = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert logged["faults"] == ["text 0 got the label positive, not negative"]


@pytest.mark.parametrize(
    ("label", "faults"),
    [("positive", []), ("negative", ["text 0 got the label positive, not negative"])],
)
def test_handler_tells_whoever_names_a_version_and_codedeploy_nothing(
    check: Callable[..., Any], label: str, faults: list[str]
) -> None:
    deployments, answer = check(APP_SPEC, label, NAMED)

    assert answer == {"faults": faults}
    assert deployments.statuses == []


def test_handler_that_fails_itself_fails_the_deployment_too(check: Callable[..., Any]) -> None:
    deployments: list[FakeCodeDeploy] = []
    put = FakeCodeDeploy.put_lifecycle_event_hook_execution_status

    def remember(self: FakeCodeDeploy, **status: str) -> None:
        deployments.append(self)
        put(self, **status)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FakeCodeDeploy, "put_lifecycle_event_hook_execution_status", remember)
        with pytest.raises(ValueError, match="no TargetVersion"):
            check("{}", "positive")

    assert [one.statuses for one in deployments] == [["Failed"]]


def test_check_removes_the_results_that_it_made(
    moto_server: MotoServer, tiny_bundle: Path, environ: dict[str, str]
) -> None:
    from functions.release_check.version_check import VersionCheck

    table = moto_server.make_result_table()
    recording = {**environ, **moto_server.environ, "AWS_REGION": "eu-west-1"}
    app = start_lambda_app({**recording, "WINDVANE_RESULT_LOG_URI": f"dynamodb://{table}"})
    version = read_manifest(tiny_bundle).version
    functions = FakeLambda({"7": (version, app)})
    expectation = start_up.Expectation(
        bundle_version=version, labels=["positive"], texts=[("good", None)], slow_ms=3000
    )

    faults = VersionCheck(functions, "windvane-dev", "7").find_faults(expectation)

    assert faults == []
    assert [path.split("/v1")[0] for path in functions.paths] == [
        "GET /health",
        "POST /sentiment",
        "DELETE ",
    ]
    assert moto_server.dynamodb.scan(TableName=table)["Items"] == []
