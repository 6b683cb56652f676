"""What the hook is given by the stack, and its clients of AWS."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

EXPECTATION_VARIABLE = "WINDVANE_RELEASE_CHECK"
FUNCTION_VARIABLE = "WINDVANE_FUNCTION_NAME"

AwsClient = Any


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """What the version of a deployment must answer.

    Attributes:
        bundle_version: Version of the deployment's bundle.
        labels: The bundle's labels.
        texts: Known texts, each with its label, or None where any of the bundle's will do.
        slow_ms: Longest that a text may take in a process that has started.
    """

    bundle_version: str
    labels: list[str]
    texts: Sequence[tuple[str, str | None]]
    slow_ms: int


@dataclass(frozen=True, kw_only=True)
class StartUp:
    """The expectation and the clients.

    Attributes:
        function_name: The function that is released.
        expectation: What its new version must answer.
        functions: Client of Lambda.
        deployments: Client of CodeDeploy.
    """

    function_name: str
    expectation: Expectation
    functions: AwsClient
    deployments: AwsClient


def start(environ: Mapping[str, str]) -> StartUp:
    """Read the environment and build the clients, with the boto3 of Lambda's runtime."""
    import boto3
    from botocore.config import Config

    fields = json.loads(environ[EXPECTATION_VARIABLE])
    texts = [(text, label) for text, label in fields.pop("texts")]
    # A retry would measure the version twice.
    config = Config(read_timeout=60, retries={"total_max_attempts": 1})
    return StartUp(
        function_name=environ[FUNCTION_VARIABLE],
        expectation=Expectation(texts=texts, **fields),
        functions=boto3.client("lambda", config=config),
        deployments=boto3.client("codedeploy"),
    )
