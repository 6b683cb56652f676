"""The context that AWS Lambda hands to a handler."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FakeLambdaContext:
    """What the handler's logger reads of it."""

    function_name: str = "windvane-dev"
    memory_limit_in_mb: int = 1769
    invoked_function_arn: str = "arn:aws:lambda:eu-west-1:123456789012:function:windvane-dev:live"
    aws_request_id: str = "52fdfc07-2182-454f-963f-5f0f9a621d72"
