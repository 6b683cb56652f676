"""Lambda and CodeDeploy as the release check sees them; versions are real apps of this process."""

import io
import json
from collections.abc import Mapping
from typing import Any

from functions.classify_api.lambda_app import LambdaApp
from tests.windvane.api.lambda_context import FakeLambdaContext

BUCKET = "s3://bucket/bundles"


class FakeLambda:
    """Invokes the app of a version.

    Attributes:
        paths: Methods and paths that were asked for, in order.
    """

    def __init__(self, versions: Mapping[str, tuple[str, LambdaApp]]) -> None:
        """Store the bundle's version and the app, by version of the function."""
        self._versions = versions
        self.paths: list[str] = []

    def get_function_configuration(self, *, FunctionName: str, Qualifier: str) -> Any:  # noqa: N803 - AWS's names
        uri = f"{BUCKET}/{self._versions[Qualifier][0]}/"
        return {"Environment": {"Variables": {"WINDVANE_BUNDLE_URI": uri}}}

    def invoke(self, *, FunctionName: str, Qualifier: str, Payload: bytes) -> Any:  # noqa: N803 - AWS's names
        event = json.loads(Payload)
        self.paths.append(f"{event['httpMethod']} {event['path']}")
        app = self._versions[Qualifier][1]
        try:
            answer = app.resolve(event, FakeLambdaContext())
        except Exception as error:  # noqa: BLE001 - as Lambda does
            failure = json.dumps({"errorType": type(error).__name__}).encode()
            return {"FunctionError": "Unhandled", "Payload": io.BytesIO(failure)}
        return {"Payload": io.BytesIO(json.dumps(answer).encode())}


class FakeCodeDeploy:
    """Deploys one version.

    Attributes:
        statuses: What it was told of the hook.
    """

    def __init__(self, app_spec: str) -> None:
        self._app_spec = app_spec
        self.statuses: list[str] = []

    def get_deployment(self, *, deploymentId: str) -> Any:  # noqa: N803 - AWS's names
        content = {"revisionType": "AppSpecContent", "appSpecContent": {"content": self._app_spec}}
        return {"deploymentInfo": {"revision": content}}

    def put_lifecycle_event_hook_execution_status(self, **status: str) -> None:
        assert status["deploymentId"] == "d-1"
        assert status["lifecycleEventHookExecutionId"] == "e-1"
        self.statuses.append(status["status"])
