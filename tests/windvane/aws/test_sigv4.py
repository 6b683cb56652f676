"""Every signature is compared with botocore's, which it replaces."""

import calendar
import time
from collections.abc import Mapping

import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials
from botocore.utils import percent_encode
from hypothesis import given
from hypothesis import strategies as st

from windvane.aws.credentials import Credentials
from windvane.aws.sigv4 import AwsRequest, encode_path, sign

REGION = "eu-west-1"
S3_HOST = "bucket.s3.eu-west-1.amazonaws.com"
DYNAMODB_HOST = "dynamodb.eu-west-1.amazonaws.com"
BATCH_WRITE = {
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": "DynamoDB_20120810.BatchWriteItem",
}
LASTING = Credentials(access_key_id="AKIDEXAMPLE", secret_access_key="wJalr/XUtn+FEMI")  # noqa: S106 - AWS's example
TEMPORARY = Credentials(
    access_key_id="ASIAEXAMPLE",
    secret_access_key="wJalr/XUtn+FEMI",  # noqa: S106 - AWS's example
    session_token="IQoJb3JpZ2luX2VjEJr//+abc==",  # noqa: S106 - no real one
)
ODD_KEYS = [
    "bundles/be2cd40a8d8b/model.onnx",
    "bundles/with space/model+1.onnx",
    "ünïcode/モデル/😀",
    "a/../b/./c//d",
    "~tilde-and_under.score",
    "query?#fragment&x=y",
    "100%25",
    "!*'();:@$,[]",
]


def _sign_with_botocore(
    request: AwsRequest, credentials: Credentials, service: str
) -> Mapping[str, str]:
    given_headers = dict(request.headers)
    if service == "dynamodb":  # botocore signs the body's hash as a header for S3 alone
        ours = sign(request, credentials, region=REGION, service=service)
        given_headers["x-amz-content-sha256"] = ours["x-amz-content-sha256"]
    theirs = AWSRequest(
        request.method,
        f"https://{request.headers['host']}{request.path}",
        given_headers,
        request.body,
    )
    auth = {"s3": S3SigV4Auth, "dynamodb": SigV4Auth}[service]
    keys = BotocoreCredentials(
        credentials.access_key_id, credentials.secret_access_key, credentials.session_token
    )
    auth(keys, service, REGION).add_auth(theirs)
    return {name.lower(): value for name, value in theirs.headers.items()}


def _sign_with_both(
    request: AwsRequest, credentials: Credentials, service: str
) -> tuple[Mapping[str, str], Mapping[str, str]]:
    theirs = _sign_with_botocore(request, credentials, service)
    now = calendar.timegm(time.strptime(theirs["x-amz-date"], "%Y%m%dT%H%M%SZ"))
    return sign(request, credentials, region=REGION, service=service, now=now), theirs


@pytest.mark.parametrize("key", ODD_KEYS)
@pytest.mark.parametrize("credentials", [LASTING, TEMPORARY], ids=["lasting", "temporary"])
def test_sign_equals_botocore_for_a_part_of_an_object(key: str, credentials: Credentials) -> None:
    headers = {"host": S3_HOST, "range": "bytes=0-8388607"}
    request = AwsRequest("GET", encode_path(f"/{key}"), headers)

    ours, theirs = _sign_with_both(request, credentials, "s3")

    assert ours == theirs


@pytest.mark.parametrize("body", [b"{}", b"", '{"text": "grün 😀"}'.encode(), b"x" * 100_000])
@pytest.mark.parametrize("credentials", [LASTING, TEMPORARY], ids=["lasting", "temporary"])
def test_sign_equals_botocore_for_a_call_with_a_body(body: bytes, credentials: Credentials) -> None:
    request = AwsRequest("POST", "/", {"host": DYNAMODB_HOST, **BATCH_WRITE}, body)

    ours, theirs = _sign_with_both(request, credentials, "dynamodb")

    assert ours == theirs


@given(
    key=st.text(min_size=1),
    body=st.binary(max_size=100),
    secret=st.text(st.characters(codec="ascii", min_codepoint=33), min_size=1),
    token=st.none() | st.text(st.characters(codec="ascii", min_codepoint=33), min_size=1),
)
def test_sign_equals_botocore_for_any_key(
    key: str, body: bytes, secret: str, token: str | None
) -> None:
    request = AwsRequest("PUT", encode_path(f"/{key}"), {"host": S3_HOST}, body)
    credentials = Credentials(access_key_id="AKID", secret_access_key=secret, session_token=token)

    ours, theirs = _sign_with_both(request, credentials, "s3")

    assert ours == theirs


@given(path=st.text())
def test_encode_path_encodes_as_botocore_does(path: str) -> None:
    assert encode_path(path) == percent_encode(path, safe="-._~/")


def test_sign_takes_the_time_of_the_clock() -> None:
    before = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())

    signed = sign(AwsRequest("GET", "/", {"host": S3_HOST}), LASTING, region=REGION, service="s3")

    assert before <= signed["x-amz-date"] <= time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
