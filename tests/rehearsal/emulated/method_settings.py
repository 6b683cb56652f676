"""Throttles of single routes: CloudFormation escapes the slashes of their paths.

``/~1health`` is ``/health``:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-apigateway-stage-methodsetting.html
"""

from collections.abc import Iterable, Mapping
from typing import Any

Setting = Mapping[str, Any]


def add_method_settings() -> None:
    """Let the emulator find the routes."""
    from ministack.services.cloudformation import (  # tests of the rest run without the emulator
        provisioners,
    )

    read = provisioners._apigw_method_settings
    provisioners._apigw_method_settings = lambda settings: read(unescape_paths(settings or ()))


def unescape_paths(settings: Iterable[Setting]) -> list[Setting]:
    """Write each path as the API has it."""
    return [
        {**setting, "ResourcePath": setting["ResourcePath"].replace("/~1", "/").replace("~1", "/")}
        for setting in settings
    ]
