"""A domain name of your own before the API."""

from aws_cdk import aws_apigateway, aws_certificatemanager
from constructs import Construct

from infra.stages import Stage


class CustomDomain(Construct):
    """The domain, if the stage has one; a DNS record to ``DomainTarget`` makes it work."""

    def __init__(
        self, scope: Construct, construct_id: str, *, stage: Stage, api: aws_apigateway.RestApi
    ) -> None:
        """Build the domain.

        Args:
            scope: The stack.
            construct_id: Name within it.
            stage: Its domain name and certificate.
            api: The endpoint.
        """
        super().__init__(scope, construct_id)
        self.outputs = {"Endpoint": api.url}
        if not (stage.domain_name and stage.certificate_arn):
            return
        domain = aws_apigateway.DomainName(
            self,
            "Domain",
            domain_name=stage.domain_name,
            certificate=aws_certificatemanager.Certificate.from_certificate_arn(
                self, "Certificate", stage.certificate_arn
            ),
            endpoint_type=aws_apigateway.EndpointType.REGIONAL,
            security_policy=aws_apigateway.SecurityPolicy.TLS_1_2,
        )
        domain.add_base_path_mapping(
            api, stage=api.deployment_stage, base_path=stage.base_path or None
        )
        path = f"{stage.base_path}/" if stage.base_path else ""
        self.outputs = {
            "Endpoint": f"https://{stage.domain_name}/{path}",
            "DomainTarget": domain.domain_name_alias_domain_name,
        }
