"""AWS Signature Version 4 in headers.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
import time
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote

from windvane.aws.credentials import Credentials

ALGORITHM = "AWS4-HMAC-SHA256"


class AwsRequest(NamedTuple):
    """A request without a query string.

    Attributes:
        method: HTTP method.
        path: Path, encoded as it is sent (`encode_path`).
        headers: Sent and signed, including ``host``; names in lower case.
        body: The request's body.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


def sign(
    request: AwsRequest,
    credentials: Credentials,
    *,
    region: str,
    service: str,
    now: float | None = None,
) -> dict[str, str]:
    """Sign a request.

    Args:
        request: The request to sign.
        credentials: The caller's credentials.
        region: Region of the service, such as ``eu-west-1``.
        service: Name of the service, such as ``s3``.
        now: Seconds since 1970; the current time by default.

    Returns:
        All headers to send, the request's and the signature's.
    """
    timestamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now))
    body_sha256 = hashlib.sha256(request.body).hexdigest()
    signed = {**request.headers, "x-amz-date": timestamp, "x-amz-content-sha256": body_sha256}
    if credentials.session_token:
        signed["x-amz-security-token"] = credentials.session_token
    names = ";".join(sorted(signed))
    headers = "".join(f"{name}:{signed[name].strip()}\n" for name in sorted(signed))
    canonical = "\n".join([request.method, request.path, "", headers, names, body_sha256])
    scope = f"{timestamp[:8]}/{region}/{service}/aws4_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    key = f"AWS4{credentials.secret_access_key}".encode()
    for part in scope.split("/"):
        key = _hmac(key, part)
    signature = _hmac(key, "\n".join([ALGORITHM, timestamp, scope, digest])).hex()
    signed["authorization"] = (
        f"{ALGORITHM} Credential={credentials.access_key_id}/{scope}, "
        f"SignedHeaders={names}, Signature={signature}"
    )
    return signed


def encode_path(path: str) -> str:
    """Encode a path as S3 expects it in the request and its signature: once, except slashes."""
    return quote(path, safe="/-_.~")


def _hmac(key: bytes, message: str) -> bytes:
    return hmac.digest(key, message.encode(), "sha256")
