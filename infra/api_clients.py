"""A key and a usage plan for each client of the API."""

from aws_cdk import aws_apigateway
from constructs import Construct

from infra.stages import Client, Stage


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
        for client in stage.clients:
            description = f"Windvane {stage.name}: {client.name}"
            key = _add_client(api, client, description, f"Of-{client.name}")
            self.outputs[f"ApiKeyIdOf{client.name.replace('-', '')}"] = key.key_id


def _add_client(
    api: aws_apigateway.RestApi, client: Client, description: str, suffix: str
) -> aws_apigateway.IApiKey:
    key = api.add_api_key(f"Key{suffix}", description=description)
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
