"""What the emulator's CloudFormation lacks: a firewall's association, and the tags of a bucket."""

from collections.abc import Callable, Mapping
from typing import Any

from ministack.services import s3, waf
from ministack.services.cloudformation import provisioners

Properties = Mapping[str, Any]

BUCKET_TYPE = "AWS::S3::Bucket"


def add_stack_resources() -> None:
    """Add them to the emulator."""
    handlers = provisioners._RESOURCE_HANDLERS
    handlers["AWS::WAFv2::WebACLAssociation"] = {"create": _associate, "delete": _dissociate}
    bucket = handlers[BUCKET_TYPE]
    bucket["create"] = _tag_after(bucket["create"], properties_at=1)
    bucket["update"] = _tag_after(bucket["update"], properties_at=2)


def _associate(_logical_id: str, properties: Properties, _stack: str) -> tuple[str, object]:
    acl, api_stage = properties["WebACLArn"], properties["ResourceArn"]
    waf._associations[api_stage] = acl
    return f"{acl}|{api_stage}", {}


def _dissociate(_physical_id: str, properties: Properties) -> None:
    waf._associations.pop(properties["ResourceArn"], None)


def _tag_after(handler: Callable[..., Any], *, properties_at: int) -> Callable[..., Any]:
    """Keep a bucket's tags: the CDK's function empties only buckets with its own."""

    def tag(*arguments: Any, **options: Any) -> Any:
        result = handler(*arguments, **options)
        tags = arguments[properties_at].get("Tags", [])
        s3._bucket_tags[result[0]] = {tag["Key"]: tag["Value"] for tag in tags}
        return result

    return tag
