"""What the shadow of a stage is built from."""

from dataclasses import dataclass
from pathlib import Path

from aws_cdk import aws_s3

from infra.model_bundle import ModelBundle


@dataclass(frozen=True, kw_only=True)
class ShadowParts:
    """What the challenger's function runs, reads and writes.

    Attributes:
        package: Zip file or folder of the image's Dockerfile, the same as that of the API.
        challenger: The challenger's bundle.
        bucket: Bucket of the bundles.
        table_arn: ARN of the result table.
        result_log_uri: The same table, as the function knows it.
        concurrency: Processes of the function at once.
    """

    package: Path
    challenger: ModelBundle
    bucket: aws_s3.IBucket
    table_arn: str
    result_log_uri: str
    concurrency: int
