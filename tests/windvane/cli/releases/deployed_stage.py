"""A stage as `make deploy` leaves it, made in moto: stack, bucket, function, alias, deployments."""

import hashlib
import io
import json
import zipfile
from functools import cache
from typing import Any

import boto3
from moto.cloudformation import parsing
from moto.cloudformation.models import cloudformation_backends
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.common_models import CloudFormationModel

REGION = "eu-west-1"
STAGE = "prod"
STACK = f"windvane-{STAGE}"
ENDPOINT = "https://abc.execute-api.eu-west-1.amazonaws.com/prod/"
TABLE = "the-results"
SOME_FILES = {"model.onnx": b"a model", "tokenizer.json": b"{}"}


# moto's CloudFormation makes what has such a class, and has none for CodeDeploy.
class DeploymentApplication(CloudFormationModel):  # type: ignore[misc]
    physical_resource_id = STACK

    @staticmethod
    def cloudformation_type() -> str:
        return "AWS::CodeDeploy::Application"

    @classmethod
    def create_from_cloudformation_json(cls, *_: Any, **__: Any) -> "DeploymentApplication":
        return cls()


class DeploymentGroup(CloudFormationModel):  # type: ignore[misc]
    physical_resource_id = STACK

    @staticmethod
    def cloudformation_type() -> str:
        return "AWS::CodeDeploy::DeploymentGroup"

    @classmethod
    def create_from_cloudformation_json(cls, *_: Any, **__: Any) -> "DeploymentGroup":
        return cls()


TEMPLATE = {
    "Resources": {
        "Bucket": {"Type": "AWS::S3::Bucket"},
        "Application": {"Type": DeploymentApplication.cloudformation_type()},
        "Group": {"Type": DeploymentGroup.cloudformation_type()},
    },
    "Outputs": {
        "BucketName": {"Value": {"Ref": "Bucket"}},
        "Endpoint": {"Value": ENDPOINT},
        "TableName": {"Value": TABLE},
    },
}


class DeployedStage:
    """A stage without a version yet; `deploy` adds them."""

    def __init__(self) -> None:
        self.s3 = _build_client("s3")
        self.functions = _build_client("lambda")
        self.bucket = self._create_stack(_build_client("cloudformation"))
        self.codedeploy = _build_client("codedeploy")
        self._create_deployment_group()
        self._role = self._create_role(_build_client("iam"))
        self._create_function(STACK)

    def deploy(self, name: str = "a bundle") -> str:
        """Release a version with the bundle of that name; returns the bundle's version."""
        bundle = self.upload_bundle(name)
        uri = f"s3://{self.bucket}/bundles/{bundle}/"
        number = self.publish({"WINDVANE_BUNDLE_URI": uri})
        self.point_live_at(number)
        return bundle

    def upload_bundle(self, name: str, *labels: str) -> str:
        """Put a bundle into the bucket as the CDK does; returns its version."""
        id2label = dict(enumerate(labels or ("negative", "positive")))
        files = {**SOME_FILES, "model.onnx.data": name.encode()}
        version = hashlib.sha256(name.encode()).hexdigest()[:12]
        sizes = {file: {"bytes": len(content), "sha256": ""} for file, content in files.items()}
        manifest = json.dumps(
            {"name": "tiny", "version": version, "files": sizes, "id2label": id2label}
        ).encode()
        for file, content in {**files, "manifest.json": manifest}.items():
            self.s3.put_object(
                Bucket=self.bucket,
                Key=f"bundles/{version}/{file}",
                Body=content,
                ContentType="application/json" if file.endswith("json") else "binary/octet-stream",
                Metadata={"made-by": "the CDK"},
            )
        return version

    def publish(self, environment: dict[str, str]) -> int:
        """Publish a version with other code and this environment; returns its number."""
        self.functions.update_function_code(
            FunctionName=STACK, ZipFile=_zip(json.dumps(environment))
        )
        self.functions.update_function_configuration(
            FunctionName=STACK, Environment={"Variables": environment}
        )
        return int(self.functions.publish_version(FunctionName=STACK)["Version"])

    def point_live_at(self, number: int | str, **canary: float) -> None:
        """Move the alias; ``canary`` gives shares to other versions."""
        weights = {version.removeprefix("v"): share for version, share in canary.items()}
        alias = {
            "FunctionName": STACK,
            "Name": "live",
            "FunctionVersion": str(number),
            "RoutingConfig": {"AdditionalVersionWeights": weights},
        }
        exists = self.functions.list_aliases(FunctionName=STACK)["Aliases"]
        (self.functions.update_alias if exists else self.functions.create_alias)(**alias)

    def start_deployment(self) -> str:
        """Let CodeDeploy begin to move the alias; returns the deployment's id."""
        content = {"revisionType": "AppSpecContent", "appSpecContent": {"content": "{}"}}
        answer = self.codedeploy.create_deployment(
            applicationName=STACK, deploymentGroupName=STACK, revision=content
        )
        return str(answer["deploymentId"])

    def set_status(self, status: str) -> None:
        """Let CloudFormation say that the stack is in another state."""
        cloudformation_backends[DEFAULT_ACCOUNT_ID][REGION].get_stack(STACK).status = status

    def live(self) -> Any:
        """Answer the alias."""
        return self.functions.get_alias(FunctionName=STACK, Name="live")

    def keys(self, bundle: str) -> list[str]:
        """List a bundle's objects."""
        listed = self.s3.list_objects_v2(Bucket=self.bucket, Prefix=f"bundles/{bundle}/")
        return [item["Key"] for item in listed.get("Contents", ())]

    def tags(self, bundle: str) -> dict[str, dict[str, str]]:
        """Answer the tags of a bundle's objects, by key."""
        return {key: self.tags_of(key) for key in self.keys(bundle)}

    def tags_of(self, key: str) -> dict[str, str]:
        tags = self.s3.get_object_tagging(Bucket=self.bucket, Key=key)["TagSet"]
        return {tag["Key"]: tag["Value"] for tag in tags}

    def object_versions(self) -> list[str]:
        """List the ids of all versions of all objects: any write adds one."""
        listed = self.s3.list_object_versions(Bucket=self.bucket)["Versions"]
        return [item["VersionId"] for item in listed]

    def _create_stack(self, cloudformation: Any) -> str:
        for found in (parsing.get_model_list, parsing.get_model_map, parsing.get_name_type_map):
            found.cache_clear()
        cloudformation.create_stack(StackName=STACK, TemplateBody=json.dumps(TEMPLATE))
        [stack] = cloudformation.describe_stacks(StackName=STACK)["Stacks"]
        [name] = [o["OutputValue"] for o in stack["Outputs"] if o["OutputKey"] == "BucketName"]
        self.s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        return str(name)

    def _create_deployment_group(self) -> None:
        self.codedeploy.create_application(applicationName=STACK, computePlatform="Lambda")
        self.codedeploy.create_deployment_group(
            applicationName=STACK,
            deploymentGroupName=STACK,
            deploymentConfigName="CodeDeployDefault.LambdaCanary10Percent10Minutes",
            serviceRoleArn=f"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:role/deployments",
        )

    def create_challenger(self, bundle: str) -> None:
        """Make the function of a challenger with the bundle of that version."""
        uri = f"s3://{self.bucket}/bundles/{bundle}/"
        environment = {"Variables": {"WINDVANE_BUNDLE_URI": uri}}
        self._create_function(f"{STACK}-shadow", Environment=environment)

    def _create_role(self, iam: Any) -> str:
        policy = json.dumps({"Version": "2012-10-17", "Statement": []})
        role = iam.create_role(RoleName="function", AssumeRolePolicyDocument=policy)["Role"]
        return str(role["Arn"])

    def _create_function(self, name: str, **fields: Any) -> None:
        self.functions.create_function(
            FunctionName=name,
            Runtime="python3.13",
            Handler="stand_in.handler",
            Role=self._role,
            Code={"ZipFile": _zip("")},
            **fields,
        )


@cache
def _build_client(service: str) -> Any:
    return boto3.client(service, region_name=REGION)


def _zip(content: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("stand_in.py", content)
    return file.getvalue()
