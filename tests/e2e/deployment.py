"""A synthesized stage, as far as moto stands in for AWS: bucket, bundle, table, environment."""

from dataclasses import dataclass
from pathlib import Path

from tests.infra.synthesized import Resource, SynthesizedStage, synthesize, to_text
from tests.moto_server import REGION, MotoServer
from windvane.facts import FUNCTION_HANDLER

TABLE_PARTS = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")


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
    """Synthesize the stage dev for a bundle, and make what it describes.

    Args:
        bundle: Folder of the bundle.
        package: The function's zip file.
        moto_server: Where to make it.
        outdir: For the synthesized assets.
    """
    stage = synthesize("dev", outdir, package=package, bundle=bundle)
    prefix = stage.only("Custom::CDKBucketDeployment")["DestinationBucketKeyPrefix"].strip("/")
    bucket = moto_server.make_bucket()
    moto_server.upload_folder(bundle, bucket, prefix)
    table = stage.only("AWS::DynamoDB::GlobalTable")
    table_name = f"results-of-{bucket}"
    moto_server.dynamodb.create_table(
        TableName=table_name,
        **{part: table[part] for part in TABLE_PARTS},
    )
    names = {
        _find_id(stage, "AWS::S3::Bucket"): bucket,
        _find_id(stage, "AWS::DynamoDB::GlobalTable"): table_name,
        _find_id(stage, "AWS::SecretsManager::Secret"): "subject-key",
    }
    function = stage.only("AWS::Lambda::Function", Handler=FUNCTION_HANDLER)
    return Deployment(
        bucket=bucket,
        prefix=prefix,
        table=table_name,
        ttl_attribute=table["TimeToLiveSpecification"]["AttributeName"],
        environ=_build_environ(function, names, moto_server),
    )


def _build_environ(
    function: Resource, names: dict[str, str], moto_server: MotoServer
) -> dict[str, str]:
    """Build the environment, with what Lambda adds:
    https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html.
    """
    variables = function["Environment"]["Variables"]
    return {
        **{name: to_text(value, names) for name, value in variables.items()},
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


def _find_id(stage: SynthesizedStage, kind: str) -> str:
    resources = stage.template["Resources"].items()
    [found] = [name for name, resource in resources if resource["Type"] == kind]
    return str(found)
