"""AWS Signature Version 4 of one request, as headers.

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
        headers: To send and to sign, ``host`` among them, with names in lower case.
        body: What is sent.
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
        request: What to sign.
        credentials: Whose request it is.
        region: Where it goes, such as ``eu-west-1``.
        service: What it goes to, such as ``s3``.
        now: Seconds since 1970; the clock's by default.

    Returns:
        All headers to send: those of the request and those of the signature.
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
    """Encode a path as S3 signs and expects it: once, slashes kept."""
    return quote(path, safe="/-_.~")


def _hmac(key: bytes, message: str) -> bytes:
    return hmac.digest(key, message.encode(), "sha256")
