"""What the emulator's CloudFormation lacks.

A firewall's association, the tags of a bucket, alarms on expressions, a function's reserved
concurrency, and the refusal of a function whose name is taken.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ministack.services import lambda_svc, s3, waf
from ministack.services.cloudformation import provisioners

Properties = Mapping[str, Any]

ALARM_TYPE = "AWS::CloudWatch::Alarm"
BUCKET_TYPE = "AWS::S3::Bucket"
FUNCTION_TYPE = "AWS::Lambda::Function"


def add_stack_resources() -> None:
    """Add them to the emulator."""
    handlers = provisioners._RESOURCE_HANDLERS
    handlers["AWS::WAFv2::WebACLAssociation"] = {"create": _associate, "delete": _dissociate}
    bucket = handlers[BUCKET_TYPE]
    bucket["create"] = _tag_after(bucket["create"], properties_at=1)
    bucket["update"] = _tag_after(bucket["update"], properties_at=2)
    alarm = handlers[ALARM_TYPE]
    alarm["create"] = _measure(alarm["create"], properties_at=1)
    alarm["update"] = _measure(alarm["update"], properties_at=2)
    function = handlers[FUNCTION_TYPE]
    create = _refuse_taken_name(function["create"])
    function["create"] = _reserve_after(create, properties_at=1)
    function["update"] = _reserve_after(function["update"], properties_at=2)


def _refuse_taken_name(create: Callable[..., Any]) -> Callable[..., Any]:
    """The emulator would replace the function of another owner."""

    def create_function(logical_id: str, properties: Properties, stack: str) -> Any:
        name = properties.get("FunctionName")
        if name in lambda_svc._functions:
            raise ValueError(f"Function already exist: {name}")  # in AWS's words
        return create(logical_id, properties, stack)

    return create_function


def _measure(handler: Callable[..., Any], *, properties_at: int) -> Callable[..., Any]:
    """Keep the metric of an alarm's expression: alarms are set by hand here, never computed."""

    def measure(*arguments: Any, **options: Any) -> Any:
        given = list(arguments)
        given[properties_at] = to_measured(given[properties_at])
        return handler(*given, **options)

    return measure


def to_measured(properties: Properties) -> Properties:
    """Write an alarm on an expression as one on the metric in it."""
    metrics = properties.get("Metrics")
    if not metrics:
        return properties
    measured = next(metric["MetricStat"] for metric in metrics if "MetricStat" in metric)
    rest = {name: value for name, value in properties.items() if name != "Metrics"}
    return {
        **rest,
        **measured["Metric"],
        "Statistic": measured["Stat"],
        "Period": measured["Period"],
    }


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


def _reserve_after(handler: Callable[..., Any], *, properties_at: int) -> Callable[..., Any]:
    """Keep a function's reservation, which the emulator's own API stores and applies."""

    def reserve(*arguments: Any, **options: Any) -> Any:
        result = handler(*arguments, **options)
        reserved = arguments[properties_at].get("ReservedConcurrentExecutions")
        lambda_svc._functions[result[0]]["concurrency"] = reserved and int(reserved)
        return result

    return reserve
