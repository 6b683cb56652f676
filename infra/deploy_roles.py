"""The stack that lets GitHub's workflows deploy without a stored key.

Errors::

    DeployRolesError
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import CfnOutput, DefaultStackSynthesizer, Duration, Stack, aws_iam
from constructs import Construct

from infra.bootstrap_roles import BootstrapRole, to_bootstrap_role_arn

STACK_NAME = "deploy-roles-windvane"
"""No stage's stack ends so, since theirs begin with windvane."""

GITHUB = "token.actions.githubusercontent.com"
AUDIENCE = "sts.amazonaws.com"
"""What aws-actions/configure-aws-credentials asks GitHub's token for."""

DEFAULT_ENVIRONMENTS = ("dev", "prod")
READ_ENVIRONMENT = "prod-read-only"

SESSION = Duration.hours(2)
"""Longer than the slowest traffic shift, of 100 minutes."""

OWNER = r"[A-Za-z0-9][A-Za-z0-9-]{0,38}"
NAME = r"[A-Za-z0-9._-]{1,100}"
REPOSITORY = re.compile(rf"{OWNER}/{NAME}|{OWNER}@\d+/{NAME}@\d+")
"""The second form is that of repositories made since July 15, 2026, whose tokens carry ids:
https://github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens"""
ENVIRONMENT = re.compile(r"[A-Za-z0-9_-]{1,100}")
PROVIDER_ARN = re.compile(rf"arn:[a-z-]+:iam::\d{{12}}:oidc-provider/{re.escape(GITHUB)}")


class DeployRolesError(Exception):
    """The stack cannot be made so; the message is one sentence with variable and rule."""


@dataclass(frozen=True, kw_only=True)
class TrustedRepository:
    """Whose workflows are trusted.

    Attributes:
        repository: ``owner/name``, or ``owner@id/name@id``, in GitHub's own spelling.
        environments: GitHub environments whose jobs may deploy.
        provider_arn: The account's provider for GitHub's tokens; None makes one.

    Raises:
        DeployRolesError: An attribute has another form.
    """

    repository: str
    environments: Sequence[str] = DEFAULT_ENVIRONMENTS
    provider_arn: str | None = None

    def __post_init__(self) -> None:
        if not REPOSITORY.fullmatch(self.repository):
            raise DeployRolesError(
                "REPOSITORY names the repository that may deploy: owner/name, or "
                "owner@id/name@id for one made since July 15, 2026."
            )
        names = self.environments
        if not names or READ_ENVIRONMENT in names or not all(map(ENVIRONMENT.fullmatch, names)):
            raise DeployRolesError(
                "ENVIRONMENTS lists the GitHub environments that may deploy, of letters, digits, "
                f"- and _, such as dev,prod, and not {READ_ENVIRONMENT}."
            )
        if self.provider_arn is not None and not PROVIDER_ARN.fullmatch(self.provider_arn):
            raise DeployRolesError(
                f"PROVIDER is the ARN of the account's IAM OIDC provider for {GITHUB}."
            )

    def list_subjects(self, environments: Sequence[str]) -> list[str]:
        """List what the tokens of jobs in these environments have as their subject.

        Source: https://docs.github.com/en/actions/reference/security/oidc.
        """
        return [f"repo:{self.repository}:environment:{name}" for name in environments]


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
            may_assume=("deploy", "file-publishing", "lookup"),
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
            qualifier=self.synthesizer.bootstrap_qualifier
            or DefaultStackSynthesizer.DEFAULT_QUALIFIER,
        )
