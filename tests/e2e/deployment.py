"""The synthesized stack, as far as moto stands in for AWS: bucket, bundle, table, environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aws_cdk import App
from aws_cdk.assertions import Template

from infra.app import build_app
from tests.moto_server import REGION, MotoServer
from windvane.facts import FUNCTION_HANDLER

Resource = Mapping[str, Any]


@dataclass(frozen=True)
class Deployment:
    """What a deployment leaves behind.

    Attributes:
        bucket: Holds the bundle.
        prefix: Where, without a slash at its end.
        table: The result log.
        ttl_attribute: What the table removes items by.
        environ: The function's environment, complete but for its runtime's paths.
    """

    bucket: str
    prefix: str
    table: str
    ttl_attribute: str
    environ: dict[str, str]


def deploy(bundle: Path, package: Path, moto_server: MotoServer, outdir: Path) -> Deployment:
    """Synthesize the stack for a bundle, and make what it describes.

    Args:
        bundle: Folder of the bundle.
        package: The function's zip file.
        moto_server: Where to make it.
        outdir: For the synthesized assets.
    """
    app = App(outdir=str(outdir), context={"bundle": str(bundle)})
    template = Template.from_stack(build_app(app, lambda _: package)).to_json()
    upload = _find(template, "Custom::CDKBucketDeployment")
    prefix = upload["DestinationBucketKeyPrefix"].strip("/")
    bucket = moto_server.make_bucket()
    moto_server.upload_folder(bundle, bucket, prefix)
    table = _find(template, "AWS::DynamoDB::Table")
    table_name = f"results-of-{bucket}"
    moto_server.dynamodb.create_table(
        TableName=table_name,
        **{part: table[part] for part in ("AttributeDefinitions", "KeySchema", "BillingMode")},
    )
    names = {
        _find_id(template, "AWS::S3::Bucket"): bucket,
        _find_id(template, "AWS::DynamoDB::Table"): table_name,
    }
    function = _find(template, "AWS::Lambda::Function", Handler=FUNCTION_HANDLER)
    return Deployment(
        bucket=bucket,
        prefix=prefix,
        table=table_name,
        ttl_attribute=table["TimeToLiveSpecification"]["AttributeName"],
        environ=_build_environ(function, names, moto_server),
    )


def _build_environ(
    function: Resource, names: Mapping[str, str], moto_server: MotoServer
) -> dict[str, str]:
    """Build the environment, with what Lambda adds:
    https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html.
    """
    variables = function["Environment"]["Variables"]
    return {
        **{name: resolve(value, names) for name, value in variables.items()},
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function['Runtime']}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function["MemorySize"]),
        "AWS_LAMBDA_FUNCTION_NAME": function["FunctionName"],
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(function["Timeout"]),
        "AWS_LAMBDA_FUNCTION_VERSION": "1",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_FORMAT": function["LoggingConfig"]["LogFormat"],
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        **moto_server.environ,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_SESSION_TOKEN": "testing",
    }


def resolve(value: object, names: Mapping[str, str]) -> str:
    """Write a template's value as CloudFormation would.

    Args:
        value: A string, or a function of CloudFormation that makes one.
        names: Name of each resource, by its id in the template.
    """
    match value:
        case str():
            return value
        case {"Ref": resource}:
            return names[resource]
        case {"Fn::Join": [separator, parts]}:
            return str(separator).join(resolve(part, names) for part in parts)
    raise ValueError(f"{value!r} stands for nothing that a test has made")


def _find_id(template: Resource, kind: str, **properties: object) -> str:
    found: list[str] = [
        name
        for name, resource in template["Resources"].items()
        if resource["Type"] == kind and properties.items() <= _scalars(resource).items()
    ]
    if len(found) != 1:
        raise ValueError(f"the template has {len(found)} resources of {kind}")
    return found[0]


def _find(template: Resource, kind: str, **properties: object) -> Resource:
    resource: Resource = template["Resources"][_find_id(template, kind, **properties)]
    found: Resource = resource["Properties"]
    return found


def _scalars(resource: Resource) -> dict[str, object]:
    return {k: v for k, v in resource.get("Properties", {}).items() if isinstance(v, str | int)}
