"""AWS credentials: from the environment, Lambda's credentials endpoint, or boto3's chain."""

import re
import time
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from windvane.aws.errors import AwsSetupError
from windvane.aws.http_connection import HttpConnection
from windvane.aws.http_response import HttpError
from windvane.aws.json_response import read_json_object

REFRESH_SECONDS = 300
"""Credentials that expire within this time are refreshed."""

ENDPOINT_SECONDS = 2.0
MAX_DOCUMENT_BYTES = 64 * 1024
OK = 200
_LAMBDA_ENDPOINT = re.compile(r"http://(localhost|127\.0\.0\.1|169\.254\.\d+\.\d+)(:\d+)?/")
"""Loopback and link-local addresses; the token is sent nowhere else. boto3 covers other hosts."""

NEVER = float("inf")


class Credentials(NamedTuple):
    """Credentials that sign a request; ``expires_at`` is in seconds since 1970."""

    access_key_id: str
    secret_access_key: str
    session_token: str | None = None
    expires_at: float = NEVER


class CredentialSource:
    """Supplies credentials that have not expired.

    Lambda puts a function's credentials into its environment or, with SnapStart, behind an
    endpoint named there:
    https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html. On a laptop
    boto3 reads profiles and single sign-on.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._cached: Credentials | None = None

    def get(self, deadline: float = NEVER) -> Credentials:
        """Return credentials that have not expired; those about to expire are refreshed.

        Args:
            deadline: `time.monotonic` by which they must have arrived.

        Raises:
            AwsSetupError: There are no credentials.
        """
        cached = self._cached
        left = cached.expires_at - time.time() if cached else 0
        if cached and left >= REFRESH_SECONDS:
            return cached
        try:
            self._cached = self._find(min(ENDPOINT_SECONDS, deadline - time.monotonic()))
        except AwsSetupError:
            if cached is None or left <= 0:
                raise
            return cached
        return self._cached

    def _find(self, seconds: float) -> Credentials:
        environ = self._environ
        if environ.get("AWS_ACCESS_KEY_ID") and environ.get("AWS_SECRET_ACCESS_KEY"):
            return Credentials(
                access_key_id=environ["AWS_ACCESS_KEY_ID"],
                secret_access_key=environ["AWS_SECRET_ACCESS_KEY"],
                session_token=environ.get("AWS_SESSION_TOKEN") or None,
            )
        url = environ.get("AWS_CONTAINER_CREDENTIALS_FULL_URI", "")
        token = environ.get("AWS_CONTAINER_AUTHORIZATION_TOKEN")
        if token and _LAMBDA_ENDPOINT.match(url):
            return _read_from_endpoint(url, token, max(seconds, 0.001))
        return _read_from_boto3()


def _read_from_endpoint(url: str, token: str, seconds: float) -> Credentials:
    try:
        place = urlsplit(url)
        connection = HttpConnection(place.netloc, timeout=seconds)
        path = f"{place.path}?{place.query}" if place.query else place.path
        with closing(connection), connection.until(time.monotonic() + seconds):
            response = connection.send("GET", path, {"authorization": token}, b"")
            document = read_json_object(response.read(MAX_DOCUMENT_BYTES))
        return _read_document(response.status, document)
    except (OSError, HttpError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise AwsSetupError("Lambda's endpoint for credentials gave none.") from error


def _read_document(status: int, document: Mapping[str, Any]) -> Credentials:
    if status != OK:
        raise HttpError("the endpoint refused")
    key, secret, token = (document[n] for n in ("AccessKeyId", "SecretAccessKey", "Token"))
    if not all(isinstance(part, str) for part in (key, secret, token)):
        raise HttpError("a key is not a string")
    ends = datetime.fromisoformat(document["Expiration"]).timestamp()
    return Credentials(key, secret, token, expires_at=ends)


def _read_from_boto3() -> Credentials:
    try:
        from botocore.exceptions import BotoCoreError
        from botocore.session import Session
    except ImportError as error:
        raise AwsSetupError("No AWS credentials are in the environment.") from error
    try:
        credentials = Session().get_credentials()
        frozen = credentials.get_frozen_credentials() if credentials else None
    except BotoCoreError as error:
        raise AwsSetupError(f"No AWS credentials: {error}") from error
    if frozen is None:
        raise AwsSetupError("No AWS credentials were found; `aws configure` sets them.")
    return Credentials(
        access_key_id=frozen.access_key,
        secret_access_key=frozen.secret_key,
        session_token=frozen.token,
        expires_at=time.time() + 2 * REFRESH_SECONDS,  # boto3 refreshes them; ask again soon
    )
