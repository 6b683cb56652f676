"""A key and a usage plan for each client of the API, and whose keys they are.

Variables of the API's stage say the latter: API Gateway sends them with every request.
"""

from typing import cast

from aws_cdk import aws_apigateway
from constructs import Construct

from infra.stage_tables import Client
from infra.stages import Stage
from windvane.facts import CLIENT_VARIABLE, LIMITED_CLIENT_VARIABLE, OPERATOR_VARIABLE


class ApiClients(Construct):
    """The stage's own key, and those of its clients; ``outputs`` has their ids."""

    def __init__(
        self, scope: Construct, construct_id: str, *, stage: Stage, api: aws_apigateway.RestApi
    ) -> None:
        """Build keys and plans.

        Args:
            scope: The API's construct.
            construct_id: Name within it.
            stage: Its limits and clients.
            api: The endpoint.
        """
        super().__init__(scope, construct_id)
        own = Client(
            name=stage.name,
            requests_per_second=stage.requests_per_second,
            burst=stage.burst,
            requests_per_day=stage.requests_per_day,
        )
        key = _add_client(api, own, f"Windvane {stage.name}", "")
        self.outputs = {"ApiKeyId": key.key_id}
        variables = {OPERATOR_VARIABLE: ",".join([key.key_id, *stage.key_ids])}
        for client in stage.clients:
            description = f"Windvane {stage.name}: {client.name}"
            key = _add_client(api, client, description, f"Of-{client.name}")
            self.outputs[f"ApiKeyIdOf{client.name.replace('-', '')}"] = key.key_id
            variables[_name_variable(client)] = ",".join([key.key_id, *client.key_ids])
        api_stage = api.deployment_stage.node.default_child
        cast(aws_apigateway.CfnStage, api_stage).variables = variables


def _add_client(
    api: aws_apigateway.RestApi, client: Client, description: str, suffix: str
) -> aws_apigateway.IApiKey:
    # Not a key of the stage, whose variables name it; the plan connects the two.
    key = aws_apigateway.ApiKey(api, f"Key{suffix}", description=description)
    plan = api.add_usage_plan(
        f"Plan{suffix}",
        description=description,
        throttle=aws_apigateway.ThrottleSettings(
            rate_limit=client.requests_per_second, burst_limit=client.burst
        ),
        quota=aws_apigateway.QuotaSettings(
            limit=client.requests_per_day, period=aws_apigateway.Period.DAY
        ),
    )
    plan.add_api_key(key)
    plan.add_api_stage(stage=api.deployment_stage)
    return key


def _name_variable(client: Client) -> str:
    """Name the variable that lists a client's keys; its name may have no hyphen."""
    prefix = LIMITED_CLIENT_VARIABLE if client.own_results_only else CLIENT_VARIABLE
    return prefix + client.name.replace("-", "_")
