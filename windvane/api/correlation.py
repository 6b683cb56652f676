"""The id by which one request is found in the logs: the caller's, or one that is made here."""

import re
from collections.abc import Mapping
from random import getrandbits
from uuid import UUID

CORRELATION_HEADER = "X-Correlation-Id"
SENT_IN = ("x-correlation-id", "x-request-id")
"""Headers that a caller may send one in, the first one that can be used winning."""

ALLOWED = re.compile(r"[A-Za-z0-9_.:-]{1,128}")
"""What may stand in a log line and in a header as it was sent."""


def choose_correlation_id(headers: Mapping[str, str], given: str | None = None) -> str:
    """Take the caller's id, else the one that the request was given on its way, else make one.

    Args:
        headers: Of the request, names in lower case.
        given: Such as API Gateway's request id.
    """
    for sent in (*(headers.get(name) for name in SENT_IN), given):
        if sent and ALLOWED.fullmatch(sent):
            return sent
    # Unlike uuid4 this asks the system for nothing; an id has to be unlike others, not secret.
    return str(UUID(int=getrandbits(128), version=4))
