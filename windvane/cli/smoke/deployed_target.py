"""A deployed stage as the service that is tested."""

import os

from windvane.cli.errors import CliError
from windvane.cli.releases.aws_access import AwsAccess, open_aws
from windvane.cli.releases.deployed_stack import StackOutputs, read_outputs
from windvane.cli.smoke.authorization import Authorization, RequestSignature
from windvane.cli.smoke.target import Target
from windvane.facts import AUTHORIZER_OUTPUT, IAM_AUTHORIZER


def find_stage(stage: str, region: str | None, profile: str | None, *, given: Target) -> Target:
    """Find a stage's address and key by its stack's outputs.

    Args:
        stage: Name of the stage.
        region: AWS region of the stack; None for that of the environment or the profile.
        profile: AWS profile; None for that of the environment.
        given: Address, key and authorization to use instead of the stack's own, where it has them.

    Raises:
        CliError: There is no such stack, AWS refuses, or the key is disabled.
    """
    with open_aws(region, profile) as aws:
        stack = read_outputs(aws, stage)
        url = given.url or stack.find_output("Endpoint")
        key = given.key or _read_key(aws, stack.find_output("ApiKeyId"))
        authorization = given.authorization or _find_authorization(aws, stack)
    # Whoever reaches AWS by way of a proxy that reads TLS reaches the stage so too.
    ca_file = os.environ.get("AWS_CA_BUNDLE") or None
    return Target(url=url, key=key, must_record=True, authorization=authorization, ca_file=ca_file)


def _find_authorization(aws: AwsAccess, stack: StackOutputs) -> Authorization | None:
    """Find out what the stage asks for beside the key.

    Raises:
        CliError: It is a token, which nobody gave.
    """
    authorizer = stack.outputs.get(AUTHORIZER_OUTPUT)
    if authorizer is None:
        return None
    if authorizer == IAM_AUTHORIZER:
        return RequestSignature(region=aws.region, get_credentials=aws.get_credentials)
    raise CliError(
        f"The stage {stack.stage} asks for a token of a user; give one in WINDVANE_SMOKE_TOKEN."
    )


def _read_key(aws: AwsAccess, key_id: str) -> str:
    """Read a key's value.

    Raises:
        CliError: It is disabled.
    """
    key = aws.apigateway.get_api_key(apiKey=key_id, includeValue=True)
    if not key["enabled"]:
        raise CliError("The API key of the stack is disabled; give another in WINDVANE_SMOKE_KEY.")
    return str(key["value"])
