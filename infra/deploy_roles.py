"""The stack that lets GitHub's workflows deploy without a stored key."""

from collections.abc import Sequence

from aws_cdk import CfnOutput, Duration, Stack, aws_iam
from constructs import Construct

from infra.bootstrap_roles import DEFAULT_QUALIFIER, BootstrapRole, to_bootstrap_role_arn
from infra.trusted_repository import AUDIENCE, GITHUB, READ_ENVIRONMENT, TrustedRepository

STACK_NAME = "deploy-roles-windvane"
"""No stage's stack ends so, since theirs begin with windvane."""

SESSION = Duration.hours(2)
"""Longer than the slowest traffic shift, of 100 minutes."""


class DeployRoles(Stack):
    """A provider and two roles: one deploys, one reads."""

    def __init__(self, scope: Construct, *, trusted: TrustedRepository) -> None:
        """Build the stack.

        Args:
            scope: The app.
            trusted: Whose workflows may assume the roles.
        """
        super().__init__(scope, STACK_NAME, description="Windvane: roles of GitHub's workflows")
        self._provider_arn = trusted.provider_arn or self._build_provider()
        deploy = self._build_role(
            "Deploy",
            subjects=trusted.list_subjects(trusted.environments),
            may_assume=("deploy", "file-publishing", "image-publishing", "lookup"),
        )
        diff = self._build_role(
            "Diff", subjects=trusted.list_subjects([READ_ENVIRONMENT]), may_assume=("lookup",)
        )
        outputs = {
            "DeployRole": deploy.role_arn,
            "DiffRole": diff.role_arn,
            "LookupRole": self._to_arn("lookup"),
        }
        for name, value in outputs.items():
            CfnOutput(self, name, value=value)

    def _build_provider(self) -> str:
        provider = aws_iam.OidcProviderNative(
            self, "GitHub", url=f"https://{GITHUB}", client_ids=[AUDIENCE]
        )
        return provider.oidc_provider_arn

    def _build_role(
        self, construct_id: str, *, subjects: Sequence[str], may_assume: Sequence[BootstrapRole]
    ) -> aws_iam.Role:
        """Build a role that can do nothing but become roles of the bootstrap."""
        equals = {f"{GITHUB}:aud": AUDIENCE, f"{GITHUB}:sub": list(subjects)}
        assume = aws_iam.PolicyStatement(
            actions=["sts:AssumeRole"], resources=[self._to_arn(role) for role in may_assume]
        )
        return aws_iam.Role(
            self,
            construct_id,
            assumed_by=aws_iam.WebIdentityPrincipal(self._provider_arn, {"StringEquals": equals}),
            inline_policies={
                "BootstrapRoles": aws_iam.PolicyDocument(statements=[assume]),
            },
            max_session_duration=SESSION,
        )

    def _to_arn(self, role: BootstrapRole) -> str:
        return to_bootstrap_role_arn(
            role,
            partition=self.partition,
            account=self.account,
            region=self.region,
            qualifier=self.synthesizer.bootstrap_qualifier or DEFAULT_QUALIFIER,
        )
