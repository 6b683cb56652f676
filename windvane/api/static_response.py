"""Responses that browsers may keep: the page, its files and the documentation."""

import hashlib
from http import HTTPStatus

import msgspec
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

REVALIDATE = "no-cache"


class StaticContent(msgspec.Struct, frozen=True, kw_only=True):
    """A body that is the same for everybody, ready to send.

    Attributes:
        content_type: With the character set.
        body: The text.
        etag: Changes with the body; weak, since servers and gateways compress the body.
        policy: Content-Security-Policy.
    """

    content_type: str
    body: str
    etag: str
    policy: str


def build_etag(body: str) -> str:
    """Build the weak ETag of a body."""
    return f'W/"{hashlib.sha256(body.encode()).hexdigest()[:16]}"'


def respond_static(
    event: BaseProxyEvent, content: StaticContent, caching: str = REVALIDATE
) -> Response[str]:
    """Send static content, or 304 if the browser has it already.

    Args:
        event: The request.
        content: What to send.
        caching: Cache-Control.
    """
    headers = {
        "Content-Security-Policy": content.policy,
        "Cache-Control": caching,
        "ETag": content.etag,
        "Vary": "Accept-Encoding",
    }
    if _has(event, content.etag):
        return Response(HTTPStatus.NOT_MODIFIED, body="", headers=headers)
    return Response(HTTPStatus.OK, content.content_type, content.body, headers)


def _has(event: BaseProxyEvent, etag: str) -> bool:
    """Tell whether the browser has the body already (RFC 9110, section 13.1.2)."""
    sent = (event.headers.get("if-none-match") or "").split(",")
    weak = etag.removeprefix("W/")
    return any(one.strip().removeprefix("W/") in {weak, "*"} for one in sent)
