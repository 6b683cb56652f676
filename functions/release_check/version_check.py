"""Invokes a version with known texts and compares what it answers.

Faults are sentences about the place of a text, never the text.
"""

import json
import re
from collections.abc import Iterator
from http import HTTPStatus
from time import perf_counter
from typing import Any

from functions.release_check.start_up import AwsClient, Expectation

_TARGET = re.compile(r"TargetVersion\W+(\d+)")


class InvocationError(Exception):
    """The version failed instead of answering; the message says how."""


def find_target_version(deployments: AwsClient, deployment_id: str) -> str:
    """Read from a deployment's AppSpec, JSON or YAML, which version is to get traffic."""
    info = deployments.get_deployment(deploymentId=deployment_id)["deploymentInfo"]
    match = _TARGET.search(json.dumps(info["revision"], default=str).replace("\\", ""))
    if not match:
        raise ValueError("The deployment's AppSpec names no TargetVersion.")
    return match[1]


class VersionCheck:
    """Checks one version of a function."""

    def __init__(self, functions: AwsClient, function_name: str, version: str) -> None:
        self._functions = functions
        self._target = {"FunctionName": function_name, "Qualifier": version}

    def find_faults(self, expectation: Expectation) -> list[str]:
        """Ask the version, and return what is wrong with its answers.

        Labels are compared only if the version has the expectation's bundle: CloudFormation that
        rolls back deploys an earlier one.
        """
        variables = self._functions.get_function_configuration(**self._target)["Environment"]
        bundle_version = variables["Variables"]["WINDVANE_BUNDLE_URI"].rstrip("/").split("/")[-1]
        try:
            # The first invocation starts a process, which is not measured.
            status, answer, _ = self._ask("GET", "/health")
            if status != HTTPStatus.OK or not str(answer.get("model")).endswith(
                f"@{bundle_version}"
            ):
                return [f"/health answered {status} and not with the model {bundle_version}"]
            is_known = bundle_version == expectation.bundle_version
            return [
                f"text {place} {fault}"
                for place, (text, label) in enumerate(expectation.texts)
                for fault in self._check_text(text, label, expectation, is_known=is_known)
            ]
        except InvocationError as error:
            return [str(error)]

    def _check_text(
        self, text: str, label: str | None, expectation: Expectation, *, is_known: bool
    ) -> Iterator[str]:
        status, answer, elapsed_ms = self._ask("POST", "/sentiment", {"text": text})
        if status != HTTPStatus.OK:
            yield f"was answered {status}"
            return
        if result_id := answer.get("result_id"):
            self._ask("DELETE", f"/v1/results/{result_id}")
        sentiment = answer["sentiment"]
        if is_known and sentiment not in ([label] if label else expectation.labels):
            yield f"got the label {sentiment}, not {label or 'one of the bundle'}"
        if elapsed_ms > expectation.slow_ms:
            yield f"took {elapsed_ms:.0f} ms, of {expectation.slow_ms} allowed"

    def _ask(
        self, method: str, path: str, body: dict[str, str] | None = None
    ) -> tuple[int, dict[str, Any], float]:
        """Send an event as API Gateway does; return status, JSON body and milliseconds."""
        event = _build_event(method, path, body)
        started = perf_counter()
        response = self._functions.invoke(**self._target, Payload=json.dumps(event).encode())
        elapsed_ms = (perf_counter() - started) * 1e3
        payload = json.loads(response["Payload"].read())
        if response.get("FunctionError"):
            raise InvocationError(f"{method} {path} failed with {payload.get('errorType')}")
        return payload["statusCode"], json.loads(payload["body"] or "{}"), elapsed_ms


def _build_event(method: str, path: str, body: dict[str, str] | None) -> dict[str, Any]:
    headers = {"content-type": "application/json"}
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": {"proxy": path.lstrip("/")},
        "stageVariables": None,
        "requestContext": {"requestId": "release-check", "path": path, "httpMethod": method},
        "body": None if body is None else json.dumps(body),
        "isBase64Encoded": False,
    }
