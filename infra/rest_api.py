"""The REST API: which routes need a key, its throttles, and its logs."""

import json
from typing import Any

from aws_cdk import RemovalPolicy, Size, aws_apigateway, aws_lambda, aws_logs
from constructs import Construct

from infra.acknowledgement import acknowledge, aws_policy
from infra.api_clients import ApiClients
from infra.authorization import (
    build_authorization,
    list_authorization_headers,
    list_authorizer_outputs,
)
from infra.cross_origin import build_preflight, list_error_headers
from infra.endpoint import build_endpoint
from infra.gateway_problems import GATEWAY_PROBLEMS, GatewayProblem
from infra.log_group import build_log_group
from infra.stages import Stage
from windvane.facts import CONSOLE_FILE_PATH, OPEN_PATHS, PROBLEM_TYPE, SECURITY_HEADERS

LEAST_COMPRESSED = Size.kibibytes(4)
"""API Gateway compresses larger responses itself, where the client reads gzip. The function sends
text: a compressed body would need binary media types, and these change how requests arrive."""

FILES_OF_A_PAGE = 12
"""About as many as the page loads, half of them at once."""

ACCESS_LOG_FIELDS = {
    "requestId": "$context.requestId",
    "requestTime": "$context.requestTime",
    "apiKeyId": "$context.identity.apiKeyId",
    "method": "$context.httpMethod",
    "path": "$context.path",
    "status": "$context.status",
    "refusedBecause": "$context.error.responseType",
    "latencyMs": "$context.responseLatency",
    "integrationLatencyMs": "$context.integrationLatency",
    "responseBytes": "$context.responseLength",
}
"""Only the key's id identifies the caller; nothing of the request's content is logged."""


class ClassifyRestApi(Construct):
    """A REST API that passes every request to the function.

    Attributes:
        api: The endpoint.
        outputs: Ids of the keys, and what a caller needs beside one.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: Stage,
        function: aws_lambda.IFunction,
        access_log: aws_logs.ILogGroup,
    ) -> None:
        """Build the API, its key and its usage plan.

        Args:
            scope: The stack.
            construct_id: Name within it.
            stage: Its throttles and quota.
            function: The alias to invoke.
            access_log: Gets a line for each request.
        """
        super().__init__(scope, construct_id)
        self.api = self._build_api(stage, access_log)
        self._build_routes(function, stage)
        self._build_error_log(stage)
        for problem in GATEWAY_PROBLEMS:
            self._add_gateway_response(problem, stage)
        clients = ApiClients(self, "Clients", stage=stage, api=self.api)
        self.outputs = {**clients.outputs, **list_authorizer_outputs(stage.authorizer)}
        self._explain(stage)

    def _build_api(self, stage: Stage, access_log: aws_logs.ILogGroup) -> aws_apigateway.RestApi:
        api = aws_apigateway.RestApi(
            self,
            "Api",
            rest_api_name=stage.stack_name,
            description="Windvane: sentiment of a text",
            # An account has one such role per region, and other APIs may use it when this stack is
            # deleted.
            cloud_watch_role=True,
            cloud_watch_role_removal_policy=RemovalPolicy.RETAIN,
            min_compression_size=LEAST_COMPRESSED,
            disable_execute_api_endpoint=stage.disable_execute_api_endpoint or None,
            default_cors_preflight_options=build_preflight(
                stage.allowed_origins, list_authorization_headers(stage.authorizer)
            ),
            deploy_options=_build_stage_options(stage, access_log),
            **build_endpoint(self, stage),
        )
        # The stack has its own output for the URL.
        api.node.try_remove_child("Endpoint")
        return api

    def _build_routes(self, function: aws_lambda.IFunction, stage: Stage) -> None:
        integration = aws_apigateway.LambdaIntegration(function, scope_permission_to_method=False)
        root = self.api.root
        closed: Any = {"api_key_required": True, **build_authorization(self, stage.authorizer)}
        for path in OPEN_PATHS:
            resource = root.resource_for_path(path)
            resource.add_method("GET", integration)
            resource.add_method("ANY", integration, **closed)
        everything_else = root.add_resource("{proxy+}")
        everything_else.add_method("ANY", integration, **closed)

    def _build_error_log(self, stage: Stage) -> None:
        """Create the log group that API Gateway would otherwise create, without retention."""
        name = f"API-Gateway-Execution-Logs_{self.api.rest_api_id}/{stage.name}"
        error_log = build_log_group(self, "ErrorLog", stage=stage, name=name)
        self.api.deployment_stage.node.add_dependency(error_log)

    def _add_gateway_response(self, problem: GatewayProblem, stage: Stage) -> None:
        sent = {"Content-Type": PROBLEM_TYPE, **SECURITY_HEADERS}
        headers = {name: f"'{value}'" for name, value in sent.items()}
        headers |= list_error_headers(stage.allowed_origins)
        if problem.retry_after_seconds is not None:
            headers["Retry-After"] = f"'{problem.retry_after_seconds}'"
        for response in problem.responses:
            self.api.add_gateway_response(
                response,
                type=aws_apigateway.ResponseType.of(response),
                status_code=None if problem.status is None else str(problem.status),
                response_headers=headers,
                templates={"application/json": problem.body},
            )

    def _explain(self, stage: Stage) -> None:
        policy = "service-role/AmazonAPIGatewayPushToCloudWatchLogs"
        reasons = {
            f"AwsSolutions-IAM4[Policy::{aws_policy(policy)}]": "API Gateway writes its logs with "
            "this policy of AWS's own, which names no function or data of ours.",
            "AwsSolutions-APIG2": "The function checks each field and says which rule it breaks; "
            "a model in the gateway would refuse the same bodies and say less.",
            "AwsSolutions-APIG4": "A key is needed for everything but GET of the page, its files, "
            "/health and /docs, which are open on purpose, and throttled.",
            "AwsSolutions-COG4": "Callers are programs with a key; there are no users to sign in.",
        }
        if not stage.firewall:
            reasons["AwsSolutions-APIG3"] = (
                "The firewall is a setting of the stage, off here: key and throttles stand alone, "
                "and a stage that nobody uses costs next to nothing."
            )
        acknowledge(self, reasons)


def _build_stage_options(
    stage: Stage, access_log: aws_logs.ILogGroup
) -> aws_apigateway.StageOptions:
    return aws_apigateway.StageOptions(
        stage_name=stage.name,
        tracing_enabled=stage.tracing,
        throttling_rate_limit=stage.requests_per_second,
        throttling_burst_limit=stage.burst,
        # Failed requests, without their bodies.
        logging_level=aws_apigateway.MethodLoggingLevel.ERROR,
        data_trace_enabled=False,
        method_options={f"{path}/GET": _limit(path, stage) for path in OPEN_PATHS},
        access_log_destination=aws_apigateway.LogGroupLogDestination(access_log),
        access_log_format=aws_apigateway.AccessLogFormat.custom(json.dumps(ACCESS_LOG_FIELDS)),
    )


def _limit(path: str, stage: Stage) -> aws_apigateway.MethodDeploymentOptions:
    """Throttle an open route; the console's files get the requests of as many page views."""
    requests = stage.open_requests_per_second * (
        FILES_OF_A_PAGE if path == CONSOLE_FILE_PATH else 1
    )
    return aws_apigateway.MethodDeploymentOptions(
        throttling_rate_limit=requests,
        throttling_burst_limit=requests,
        logging_level=aws_apigateway.MethodLoggingLevel.ERROR,
    )
