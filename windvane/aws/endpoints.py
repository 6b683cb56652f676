"""Endpoints of AWS services."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from windvane.aws.errors import AwsSetupError


class Endpoint(NamedTuple):
    """One service in one region.

    Attributes:
        service: The name used in signatures, ``s3`` or ``dynamodb``.
        host: Includes the port if it is not the scheme's default.
        base_path: Prefix of every path, such as ``/bucket``.
    """

    service: str
    region: str
    host: str
    base_path: str = ""
    tls: bool = True


def find_dynamodb(environ: Mapping[str, str]) -> Endpoint:
    """Find DynamoDB; ``AWS_ENDPOINT_URL[_DYNAMODB]`` overrides it as in every AWS SDK.

    Raises:
        AwsSetupError: The region is not set, or the override is not a URL.
    """
    return _find("dynamodb", environ)


def find_bucket(bucket: str, environ: Mapping[str, str]) -> Endpoint:
    """Find an S3 bucket: by host name (virtual-hosted style), or by path if that is impossible.

    Raises:
        AwsSetupError: The region is not set, or the override is not a URL.
    """
    place = _find("s3", environ)
    # AWS's wildcard certificate covers one label in front of its domain, so no bucket with dots.
    if _read_override("s3", environ) or "." in bucket:
        base_path = f"{place.base_path}/{bucket}"
        return Endpoint(
            service="s3", region=place.region, host=place.host, base_path=base_path, tls=place.tls
        )
    return Endpoint(service="s3", region=place.region, host=f"{bucket}.{place.host}")


def _find(service: str, environ: Mapping[str, str]) -> Endpoint:
    region = environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION")
    if not region:
        raise AwsSetupError("The AWS region is not known; set AWS_REGION.")
    if url := _read_override(service, environ):
        place = _read_url(url)
        return Endpoint(
            service=service,
            region=region,
            host=place.netloc,
            base_path=place.path.rstrip("/"),
            tls=place.scheme == "https",
        )
    domain = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return Endpoint(service=service, region=region, host=f"{service}.{region}.{domain}")


def _read_url(url: str) -> SplitResult:
    try:
        place = urlsplit(url)
        is_address = place.scheme in {"http", "https"} and place.hostname and place.port != 0
    except ValueError:
        is_address = False
    if not is_address or place.username or place.password:
        raise AwsSetupError("AWS_ENDPOINT_URL is not an http:// or https:// address.")
    return place


def _read_override(service: str, environ: Mapping[str, str]) -> str | None:
    return environ.get(f"AWS_ENDPOINT_URL_{service.upper()}") or environ.get("AWS_ENDPOINT_URL")
