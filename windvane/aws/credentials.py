"""Whose calls these are: from the environment, Lambda's own endpoint, or boto3's chain."""

import json
import re
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from windvane.aws.errors import AwsSetupError
from windvane.aws.http1 import HttpConnection, HttpError

REFRESH_SECONDS = 300
"""Credentials that end within this time are asked for anew."""

ENDPOINT_SECONDS = 2.0
_LAMBDA_ENDPOINT = re.compile(r"http://(localhost|127\.0\.0\.1|169\.254\.\d+\.\d+)(:\d+)?/")
"""This machine; the token goes nowhere else. What other containers have, boto3 knows."""

NEVER = float("inf")


class Credentials(NamedTuple):
    """What signs a request; ``expires_at`` is in seconds since 1970."""

    access_key_id: str
    secret_access_key: str
    session_token: str | None = None
    expires_at: float = NEVER


class CredentialSource:
    """Answers credentials that have not expired.

    A function is given them in its environment, or, with SnapStart, at an endpoint in it:
    https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html. A laptop has
    profiles and sign-ons, which boto3 reads.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._cached: Credentials | None = None

    def get(self, deadline: float = NEVER) -> Credentials:
        """Answer credentials that have not expired; those that soon will are asked for anew.

        Args:
            deadline: `time.monotonic` by which they must be here.

        Raises:
            AwsSetupError: There are none.
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
            return _ask_endpoint(url, token, max(seconds, 0.001))
        return _ask_boto3()


def _ask_endpoint(url: str, token: str, seconds: float) -> Credentials:
    place = urlsplit(url)
    connection = HttpConnection(place.netloc, timeout=seconds)
    try:
        path = f"{place.path}?{place.query}" if place.query else place.path
        answer: dict[str, Any] = json.loads(
            connection.send("GET", path, {"authorization": token}, b"").read()
        )
        return Credentials(
            access_key_id=answer["AccessKeyId"],
            secret_access_key=answer["SecretAccessKey"],
            session_token=answer["Token"],
            expires_at=datetime.fromisoformat(answer["Expiration"]).timestamp(),
        )
    except (OSError, HttpError, KeyError, TypeError, ValueError) as error:
        raise AwsSetupError("Lambda's endpoint for credentials gave none.") from error
    finally:
        connection.close()


def _ask_boto3() -> Credentials:
    try:
        from botocore.exceptions import BotoCoreError
        from botocore.session import Session
    except ImportError as error:
        raise AwsSetupError("No AWS credentials are in the environment.") from error
    try:
        found = Session().get_credentials()
        frozen = found.get_frozen_credentials() if found else None
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
