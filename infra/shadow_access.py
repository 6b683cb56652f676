"""The challenger's function as the API's function knows it: its name, its grant, its settings."""

from aws_cdk import ArnFormat, Stack, aws_iam

from infra.stages import Stage
from windvane.facts import SHADOW_SUFFIX


def name_shadow(stage: Stage) -> str:
    """Return the name of the challenger's function."""
    return stage.stack_name + SHADOW_SUFFIX


def list_shadow_variables(stage: Stage) -> dict[str, str]:
    """List the environment variables with which the API sends texts; empty where it does not."""
    shadow = stage.shadow
    return {
        "WINDVANE_SHADOW_FUNCTION": name_shadow(stage) if shadow else "",
        "WINDVANE_SHADOW_SHARE": f"{shadow.share:f}" if shadow else "",
    }


def allow_shadow(role: aws_iam.Role, stage: Stage) -> None:
    """Let the API invoke the challenger's function, if there is one."""
    if stage.shadow is None:
        return
    # The ARN is known before the function is built, which waits for nothing of the API.
    arn = Stack.of(role).format_arn(
        service="lambda",
        resource="function",
        resource_name=name_shadow(stage),
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )
    role.add_to_policy(aws_iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[arn]))
