"""Controls of the emulator itself: that it refuses what AWS refuses."""

import json
import urllib.error
import urllib.request

from botocore.exceptions import ClientError

from tests.rehearsal.cloud_emulator import ROOT_KEYS, EmulatedCloud
from tests.rehearsal.expectations import StepError, expect_equal

USER = "rehearsal-without-grants"


def check_enforcement(cloud: EmulatedCloud) -> None:
    """A wrong signature, a user without grants and plain HTTP are refused.

    Raises:
        StepError: One of them is accepted.
    """
    wrong_secret = {**ROOT_KEYS, "AWS_SECRET_ACCESS_KEY": "wrong"}
    expect_equal("wrong secret", _ask(cloud, wrong_secret), "SignatureDoesNotMatch")
    iam = cloud.client("iam")
    iam.create_user(UserName=USER)
    made = iam.create_access_key(UserName=USER)["AccessKey"]
    keys = {
        "AWS_ACCESS_KEY_ID": made["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": made["SecretAccessKey"],
    }
    expect_equal("user without grants", _ask(cloud, keys), "AccessDenied")
    _expect_no_plain_http(cloud.url.replace("https", "http"))


def _ask(cloud: EmulatedCloud, keys: dict[str, str]) -> str:
    """List the functions with some keys, and return the error's code."""
    try:
        response = cloud.client("iam", keys).list_roles()
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return f"an answer: {json.dumps(response, default=str)}"


def _expect_no_plain_http(url: str) -> None:
    try:
        urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - our own URL
    except urllib.error.HTTPError as error:
        raise StepError("plain HTTP", expected="no answer", got=error.code) from error
    except OSError:
        return
    raise StepError("plain HTTP", expected="no answer", got="one")
