"""Endpoints of AWS services."""

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from windvane.aws.errors import AwsSetupError
from windvane.aws.network_variables import Proxy, find_proxy, uses_fips

_REGION = re.compile(r"[a-z0-9-]{1,63}")
_BUCKET = re.compile(r"[A-Za-z0-9._-]{1,255}")
_FIPS_BY_NATURE = {"dynamodb": ("us-gov-",), "states": ("us-gov-west-1",)}
"""Regions whose only endpoint of a service is a FIPS endpoint, without the suffix."""
_OVERRIDE_NAMES = {"states": "SFN"}
"""What AWS SDKs call a service in ``AWS_ENDPOINT_URL_...``, where signatures call it otherwise."""


class Endpoint(NamedTuple):
    """One service in one region.

    Attributes:
        service: The name used in signatures: ``s3``, ``dynamodb``, ``lambda`` or ``states``.
        host: Includes the port if it is not the scheme's default.
        base_path: Prefix of every path, such as ``/bucket``.
        ca_bundle: File of the trusted certificates; None for the system's.
        proxy: The proxy that leads there, if any.
    """

    service: str
    region: str
    host: str
    base_path: str = ""
    tls: bool = True
    ca_bundle: str | None = None
    proxy: Proxy | None = None


def find_dynamodb(environ: Mapping[str, str]) -> Endpoint:
    """Find DynamoDB; ``AWS_ENDPOINT_URL[_DYNAMODB]`` overrides it as in every AWS SDK.

    Raises:
        AwsSetupError: The region is not set, or the override is not a URL.
    """
    return _find("dynamodb", environ)


def find_lambda(environ: Mapping[str, str]) -> Endpoint:
    """Find Lambda; ``AWS_ENDPOINT_URL[_LAMBDA]`` overrides it.

    Raises:
        AwsSetupError: The region is not set, or the override is not a URL.
    """
    return _find("lambda", environ)


def find_step_functions(region: str, environ: Mapping[str, str]) -> Endpoint:
    """Find Step Functions in the region of a state machine; ``AWS_ENDPOINT_URL[_SFN]`` overrides.

    Raises:
        AwsSetupError: The override is not a URL.
    """
    return _find("states", {**environ, "AWS_REGION": region})


def find_bucket(bucket: str, environ: Mapping[str, str]) -> Endpoint:
    """Find an S3 bucket: by host name (virtual-hosted style), or by path if that is impossible.

    Raises:
        AwsSetupError: The region is not set, or the override is not a URL.
    """
    if not _BUCKET.fullmatch(bucket):
        raise AwsSetupError("The name of the bucket is not one that S3 has.")
    place = _find("s3", environ)
    # AWS's wildcard certificate covers one label in front of its domain, so no bucket with dots.
    if _read_override("s3", environ) or "." in bucket:
        base_path = f"{place.base_path}/{bucket}"
        return place._replace(base_path=base_path)
    return place._replace(host=f"{bucket}.{place.host}")


def _find(service: str, environ: Mapping[str, str]) -> Endpoint:
    region = environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION")
    if not region:
        raise AwsSetupError("The AWS region is not known; set AWS_REGION.")
    if not _REGION.fullmatch(region):
        raise AwsSetupError("AWS_REGION is not the name of a region.")
    ca_bundle = environ.get("AWS_CA_BUNDLE") or None
    if url := _read_override(service, environ):
        place = _read_url(url)
        endpoint = Endpoint(
            service=service,
            region=region,
            host=place.netloc,
            base_path=place.path.rstrip("/"),
            tls=place.scheme == "https",
            ca_bundle=ca_bundle,
        )
        tls_host = place.hostname if endpoint.tls else None
        return endpoint._replace(proxy=find_proxy(environ, tls_host, is_overridden=True))
    domain = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    if uses_fips(environ) and region.startswith("cn-"):
        raise AwsSetupError("AWS_USE_FIPS_ENDPOINT: China has no FIPS endpoints.")
    is_plain = not uses_fips(environ) or region.startswith(_FIPS_BY_NATURE.get(service, ()))
    host = f"{service}{'' if is_plain else '-fips'}.{region}.{domain}"
    proxy = find_proxy(environ, host, is_overridden=False)
    return Endpoint(service=service, region=region, host=host, ca_bundle=ca_bundle, proxy=proxy)


def _read_url(url: str) -> SplitResult:
    try:
        place = urlsplit(url)
        is_address = place.scheme in {"http", "https"} and place.hostname and place.port != 0
    except ValueError:
        is_address = False
    is_printable = place.netloc.isascii() and place.netloc.isprintable() if is_address else False
    if not is_printable or place.username or place.password:
        raise AwsSetupError("AWS_ENDPOINT_URL is not an http:// or https:// address.")
    return place


def _read_override(service: str, environ: Mapping[str, str]) -> str | None:
    name = _OVERRIDE_NAMES.get(service, service.upper())
    return environ.get(f"AWS_ENDPOINT_URL_{name}") or environ.get("AWS_ENDPOINT_URL")
