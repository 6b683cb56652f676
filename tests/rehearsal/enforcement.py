"""Controls of the emulator itself: that it refuses what AWS refuses."""

import urllib.error
import urllib.request

from botocore.exceptions import ClientError

from tests.rehearsal.cloud_emulator import EmulatedCloud
from tests.rehearsal.expectations import StepError, expect_equal

OPERATOR = "operator"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
STRANGER = "stranger"
WRONG_SECRET = {"AccessKeyId": "", "SecretAccessKey": "wrong" * 8}


def create_operator(cloud: EmulatedCloud) -> EmulatedCloud:
    """A wrong signature, a user without grants and plain HTTP are refused.

    Returns:
        The cloud as a user sees it who may do everything, and whose signatures are checked.

    Raises:
        StepError: One of them is accepted.
    """
    operator = cloud.create_user(OPERATOR, ADMINISTRATOR)
    expect_equal("right secret", ask(operator), "")
    expect_equal("user without grants", ask(cloud.create_user(STRANGER)), "AccessDenied")
    key_id = operator.keys["AWS_ACCESS_KEY_ID"]
    forger = operator.sign_as({**WRONG_SECRET, "AccessKeyId": key_id})
    expect_equal("wrong secret", ask(forger), "SignatureDoesNotMatch")
    expect_no_plain_http(cloud.url.replace("https", "http"))
    return operator


def ask(cloud: EmulatedCloud) -> str:
    """List the account's roles, and return the error's code, or nothing."""
    try:
        cloud.client("iam").list_roles()
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""


def expect_no_plain_http(url: str) -> None:
    """Try plain HTTP.

    Raises:
        StepError: It is answered.
    """
    try:
        urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - our own URL
    except urllib.error.HTTPError as error:
        raise StepError("plain HTTP", expected="no answer", got=error.code) from error
    except OSError:
        return
    raise StepError("plain HTTP", expected="no answer", got="one")
