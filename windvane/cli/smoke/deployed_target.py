"""A deployed stage as the service that is tested."""

import os

from windvane.cli.errors import CliError
from windvane.cli.releases.aws_access import AwsAccess, open_aws
from windvane.cli.releases.deployed_stack import read_outputs
from windvane.cli.smoke.target import Target


def find_stage(stage: str, region: str | None, profile: str | None, *, given: Target) -> Target:
    """Find a stage's address and key by its stack's outputs.

    Args:
        stage: Name of the stage.
        region: AWS region of the stack; None for that of the environment or the profile.
        profile: AWS profile; None for that of the environment.
        given: Address and key to use instead of the stack's own, where it has them.

    Raises:
        CliError: There is no such stack, AWS refuses, or the key is disabled.
    """
    with open_aws(region, profile) as aws:
        stack = read_outputs(aws, stage)
        url = given.url or stack.find_output("Endpoint")
        key = given.key or _read_key(aws, stack.find_output("ApiKeyId"))
    # Whoever reaches AWS by way of a proxy that reads TLS reaches the stage so too.
    ca_file = os.environ.get("AWS_CA_BUNDLE") or None
    return Target(url=url, key=key, must_record=True, ca_file=ca_file)


def _read_key(aws: AwsAccess, key_id: str) -> str:
    """Read a key's value.

    Raises:
        CliError: It is disabled.
    """
    key = aws.apigateway.get_api_key(apiKey=key_id, includeValue=True)
    if not key["enabled"]:
        raise CliError("The API key of the stack is disabled; give another in WINDVANE_SMOKE_KEY.")
    return str(key["value"])
