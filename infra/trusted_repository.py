"""Whose GitHub workflows may deploy.

Errors::

    TrustError
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

GITHUB = "token.actions.githubusercontent.com"
AUDIENCE = "sts.amazonaws.com"
"""What aws-actions/configure-aws-credentials asks GitHub's token for."""

DEFAULT_ENVIRONMENTS = ("dev", "prod")
READ_ENVIRONMENT = "prod-read-only"

OWNER = r"[A-Za-z0-9][A-Za-z0-9-]{0,38}"
NAME = r"[A-Za-z0-9._-]{1,100}"
REPOSITORY = re.compile(rf"{OWNER}/{NAME}|{OWNER}@[0-9]+/{NAME}@[0-9]+")
"""The second form is that of repositories made since July 15, 2026, whose tokens carry ids:
https://github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens"""
ENVIRONMENT = re.compile(r"[A-Za-z0-9_-]{1,100}")
PROVIDER_ARN = re.compile(rf"arn:[a-z-]+:iam::[0-9]{{12}}:oidc-provider/{re.escape(GITHUB)}")


class TrustError(Exception):
    """The trust is too wide or of nobody; the message is one sentence with variable and rule."""


@dataclass(frozen=True, kw_only=True)
class TrustedRepository:
    """Whose workflows are trusted.

    Attributes:
        repository: ``owner/name``, or ``owner@id/name@id``, in GitHub's own spelling.
        environments: GitHub environments whose jobs may deploy.
        provider_arn: The account's provider for GitHub's tokens; None makes one.

    Raises:
        TrustError: An attribute has another form.
    """

    repository: str
    environments: Sequence[str] = DEFAULT_ENVIRONMENTS
    provider_arn: str | None = None

    def __post_init__(self) -> None:
        if not REPOSITORY.fullmatch(self.repository):
            raise TrustError(
                "REPOSITORY names the repository that may deploy: owner/name, or "
                "owner@id/name@id for one made since July 15, 2026."
            )
        names = self.environments
        if not names or READ_ENVIRONMENT in names or not all(map(ENVIRONMENT.fullmatch, names)):
            raise TrustError(
                "ENVIRONMENTS lists the GitHub environments that may deploy, of letters, digits, "
                f"- and _, such as dev,prod, and not {READ_ENVIRONMENT}."
            )
        if self.provider_arn is not None and not PROVIDER_ARN.fullmatch(self.provider_arn):
            raise TrustError(
                f"PROVIDER is the ARN of the account's IAM OIDC provider for {GITHUB}."
            )

    def list_subjects(self, environments: Sequence[str]) -> list[str]:
        """List what the tokens of jobs in these environments have as their subject.

        Source: https://docs.github.com/en/actions/reference/security/oidc.
        """
        return [f"repo:{self.repository}:environment:{name}" for name in environments]
