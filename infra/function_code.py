"""What Lambda runs: a zip file, or the container image that the Dockerfile builds."""

from dataclasses import dataclass
from pathlib import Path

from aws_cdk import aws_ecr_assets, aws_lambda

from infra.stages import Architecture

ENTRYPOINT = ("python", "-m", "awslambdaric")
"""Lambda's runtime client, which the image has too; a handler follows it."""

DOCKERFILE = "Dockerfile"
PLATFORMS = {
    "arm64": aws_ecr_assets.Platform.LINUX_ARM64,
    "x86_64": aws_ecr_assets.Platform.LINUX_AMD64,
}


@dataclass(frozen=True)
class FunctionCode:
    """The properties of a function that differ between the two."""

    code: aws_lambda.Code
    runtime: aws_lambda.Runtime
    handler: str


def build_function_code(package: Path, handler: str, architecture: Architecture) -> FunctionCode:
    """Build what a function runs.

    Args:
        package: Zip file, or the folder whose Dockerfile builds the image.
        handler: Module and name of the handler.
        architecture: Processor that the image is built for.
    """
    if package.is_dir():
        image = aws_lambda.Code.from_asset_image(
            str(package),
            file=DOCKERFILE,
            platform=PLATFORMS[architecture],
            entrypoint=list(ENTRYPOINT),
            cmd=[handler],
        )
        return FunctionCode(image, aws_lambda.Runtime.FROM_IMAGE, aws_lambda.Handler.FROM_IMAGE)
    zip_file = aws_lambda.Code.from_asset(str(package))
    return FunctionCode(zip_file, aws_lambda.Runtime.PYTHON_3_13, handler)
