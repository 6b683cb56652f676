"""The correlation id, which names a request in the logs: the caller's, or a new one."""

import re
from collections.abc import Mapping
from random import getrandbits
from uuid import UUID

CORRELATION_HEADER = "X-Correlation-Id"
SENT_IN = ("x-correlation-id", "x-request-id")
"""Headers that may hold the caller's id; the first one that is allowed is taken."""

ALLOWED = re.compile(r"[A-Za-z0-9_.:-]{1,128}")
"""Ids that are safe to repeat in a log line and in a header."""


def choose_correlation_id(headers: Mapping[str, str], gateway_id: str | None = None) -> str:
    """Take the caller's id, else the gateway's, else create one.

    Args:
        headers: Of the request, names in lower case.
        gateway_id: API Gateway's request id, if the request came through it.
    """
    for sent in (*(headers.get(name) for name in SENT_IN), gateway_id):
        if isinstance(sent, str) and ALLOWED.fullmatch(sent):
            return sent
    # Faster than uuid4, which makes a system call; the id need not be secret.
    return str(UUID(int=getrandbits(128), version=4))
