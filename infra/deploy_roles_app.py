"""The CDK app of the roles that deploy: what ``make deploy-roles`` runs.

It reads its context, which the Makefile passes on:

============  =======================================  ================
context       is                                       default
============  =======================================  ================
repository    whose workflows may deploy               none
environments  GitHub environments, between commas      dev,prod
provider      ARN of the account's OIDC provider       one is made
============  =======================================  ================
"""

import sys

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks

from infra.deploy_roles import DeployRoles
from infra.trusted_repository import DEFAULT_ENVIRONMENTS, TrustedRepository, TrustError


def build_deploy_roles_app(app: App) -> DeployRoles:
    """Add the stack that the app's context describes.

    Raises:
        TrustError: The context names no repository, or something else wrongly.
    """
    context = app.node.try_get_context
    environments = context("environments") or ",".join(DEFAULT_ENVIRONMENTS)
    trusted = TrustedRepository(
        repository=context("repository") or "",
        environments=environments.split(","),
        provider_arn=context("provider") or None,
    )
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    return DeployRoles(app, trusted=trusted)


def main() -> None:
    """Write the template, or exit with one sentence that says why not."""
    app = App()
    try:
        build_deploy_roles_app(app)
    except TrustError as error:
        sys.exit(str(error))
    app.synth()


if __name__ == "__main__":
    main()
