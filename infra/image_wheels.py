"""Trims the wheels of the container image, as those of the function are trimmed.

The Dockerfile runs this with the folder of installed wheels.
"""

import shutil
import sys
from pathlib import Path

from infra.import_cost import cut_import_cost
from infra.wheel_licences import keep_licences
from infra.wheel_trim import trim_wheels

AWS_SERVICES = frozenset(
    {
        "apigateway",
        "cloudformation",
        "codedeploy",
        "lambda",
        "s3",
        # What profiles and single sign-on get credentials from.
        "signin",
        "sso",
        "sso-oidc",
        "sts",
    }
)
"""Services that Windvane's commands call; botocore brings 400."""


def trim_image_wheels(folder: Path) -> None:
    """Keep the wheels' licences, and remove what the image does not need of the wheels.

    Args:
        folder: Where the wheels were installed, with their ``*.dist-info``.
    """
    keep_licences(folder)
    trim_wheels(folder)
    cut_import_cost(folder)
    for package in ("botocore", "boto3"):
        trim_services(folder / package / "data")


def trim_services(data: Path) -> None:
    """Remove the descriptions of AWS services other than `AWS_SERVICES`."""
    for path in data.iterdir():
        if path.is_dir() and path.name not in AWS_SERVICES:
            shutil.rmtree(path)


if __name__ == "__main__":
    trim_image_wheels(Path(sys.argv[1]))
