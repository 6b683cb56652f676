"""Where the API is reached: on the internet, or through VPC endpoints alone."""

from typing import TypedDict

from aws_cdk import aws_apigateway, aws_ec2, aws_iam
from constructs import Construct

from infra.stages import Stage


class EndpointOptions(TypedDict, total=False):
    """Options of a REST API."""

    endpoint_configuration: aws_apigateway.EndpointConfiguration
    policy: aws_iam.PolicyDocument


def build_endpoint(scope: Construct, stage: Stage) -> EndpointOptions:
    """Build the options of a stage's API.

    A private API answers nobody without a policy:
    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-api-create.html.

    Args:
        scope: The API's construct.
        stage: Whether it is private, and its VPC endpoints.
    """
    kinds = aws_apigateway.EndpointType
    if not stage.private:
        regional = aws_apigateway.EndpointConfiguration(types=[kinds.REGIONAL])
        return {"endpoint_configuration": regional}
    endpoints = [
        aws_ec2.InterfaceVpcEndpoint.from_interface_vpc_endpoint_attributes(
            scope, endpoint_id, vpc_endpoint_id=endpoint_id, port=443
        )
        for endpoint_id in stage.vpc_endpoint_ids
    ]
    private = aws_apigateway.EndpointConfiguration(types=[kinds.PRIVATE], vpc_endpoints=endpoints)
    through_endpoints = aws_iam.PolicyStatement(
        principals=[aws_iam.AnyPrincipal()],
        actions=["execute-api:Invoke"],
        resources=["execute-api:/*"],
        conditions={"StringEquals": {"aws:SourceVpce": list(stage.vpc_endpoint_ids)}},
    )
    policy = aws_iam.PolicyDocument(statements=[through_endpoints])
    return {"endpoint_configuration": private, "policy": policy}
