"""A stage that is deployed, found by its stack's outputs and by the types of its resources."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tests.rehearsal.caller import Caller
from tests.rehearsal.cloud_emulator import EmulatedCloud
from tests.rehearsal.expectations import StepError, expect_found
from windvane.facts import LIVE_ALIAS, STACK_PREFIX

ENDPOINT = re.compile(r"https://(?P<api>[a-z0-9]+)\.execute-api\.[^/]+/(?P<path>[^/]+)/")


@dataclass(frozen=True)
class DeployedStage:
    """Reads what the stage's stack made.

    Attributes:
        cloud: Where it is.
        name: Name of the stage.
    """

    cloud: EmulatedCloud
    name: str

    @property
    def stack_name(self) -> str:
        """Name of the stack, and of the function."""
        return STACK_PREFIX + self.name

    @cached_property
    def outputs(self) -> dict[str, str]:
        """The stack's outputs."""
        return {output["OutputKey"]: output["OutputValue"] for output in self._read()["Outputs"]}

    @property
    def status(self) -> str:
        """Status of the stack."""
        return str(self._read()["StackStatus"])

    def open_caller(self, client: str | None = None) -> Caller:
        """Build a caller with a key; the emulator has the endpoint under its own URL.

        Args:
            client: The client whose key it sends; by default, the stage's own key.

        Raises:
            StepError: The output ``Endpoint`` is not the URL of a stage of API Gateway, and the
                stage has no domain.
        """
        api = self.find_resource("AWS::ApiGateway::RestApi")
        match = ENDPOINT.fullmatch(self.outputs["Endpoint"])
        named = match and (match["api"], match["path"])
        if "DomainTarget" not in self.outputs and named != (api, self.name):
            raise StepError("Endpoint", expected=ENDPOINT.pattern, got=self.outputs["Endpoint"])
        return Caller(
            url=f"{self.cloud.url}/_aws/execute-api/{api}/{self.name}",
            key=self.read_key(client),
            certificate=self.cloud.certificate,
        )

    def read_key(self, client: str | None = None) -> str:
        """Return the value of the stage's own key, or of that of one of its clients."""
        output = "ApiKeyId" if client is None else f"ApiKeyIdOf{client.replace('-', '')}"
        key_id = self.outputs[output]
        key = self.cloud.client("apigateway").get_api_key(apiKey=key_id, includeValue=True)
        return str(key["value"])

    def find_resource(self, resource_type: str) -> str:
        """Return the name of the stack's first resource of a type.

        Raises:
            StepError: There is none.
        """
        pages = self.cloud.client("cloudformation").get_paginator("list_stack_resources")
        resources = [
            resource
            for page in pages.paginate(StackName=self.stack_name)
            for resource in page["StackResourceSummaries"]
        ]
        names = {resource["ResourceType"]: resource for resource in reversed(resources)}
        found = expect_found(resource_type, names.get(resource_type), among=sorted(names))
        return str(found["PhysicalResourceId"])

    def find_role(self, function_name: str) -> str:
        """Return the name of a function's role."""
        function = self.cloud.client("lambda").get_function_configuration(
            FunctionName=function_name
        )
        return str(function["Role"]).rpartition("/")[2]

    def list_versions(self) -> list[str]:
        """List the function's published versions."""
        response = self.cloud.client("lambda").list_versions_by_function(
            FunctionName=self.stack_name
        )
        versions = [version["Version"] for version in response["Versions"]]
        return [version for version in versions if version.isdecimal()]

    @contextmanager
    def fresh_version(self) -> Iterator[None]:
        """Let a version answer that no process has started yet, and the former one afterwards."""
        functions, name = self.cloud.client("lambda"), {"FunctionName": self.stack_name}
        alias = {**name, "Name": LIVE_ALIAS}
        before = functions.get_alias(**alias)["FunctionVersion"]
        description = functions.get_function_configuration(**name)["Description"]
        # Only a function that differs from its last version is published again.
        functions.update_function_configuration(**name, Description=f"{description}, once more")
        fresh = functions.publish_version(**name)["Version"]
        try:
            functions.update_alias(**alias, FunctionVersion=fresh)
            yield
        finally:
            functions.update_alias(**alias, FunctionVersion=before)
            functions.delete_function(**name, Qualifier=fresh)
            functions.update_function_configuration(**name, Description=description)

    def read_live(self) -> dict[str, float]:
        """Return the share of the requests of each version that ``live`` points at."""
        alias = self.cloud.client("lambda").get_alias(FunctionName=self.stack_name, Name=LIVE_ALIAS)
        weights = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
        return {**weights, alias["FunctionVersion"]: round(1 - sum(weights.values()), 6)}

    def _read(self) -> Mapping[str, Any]:
        response = self.cloud.client("cloudformation").describe_stacks(StackName=self.stack_name)
        stack: Mapping[str, Any] = response["Stacks"][0]
        return stack
