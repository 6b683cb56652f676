"""What schemathesis cannot read in the contract; named in schemathesis.toml."""

import hashlib
import json
from typing import Any

import schemathesis

from windvane.api.classify.idempotency import KEY
from windvane.api.compat.comprehend import MEDIA_TYPE, TARGET

KEY_HEADER = "Idempotency-Key"
TARGET_HEADER = "X-Amz-Target"
TARGETS = {"Text": f"{TARGET}.DetectSentiment", "TextList": f"{TARGET}.BatchDetectSentiment"}
UNSAID = {"feedback": {"label"}, "/v1/jobs": {"cursor", "min_score", "output_format"}}
"""Fields by the path of their route, or its last part."""

SCHEMA_VALID_REFUSED = "Schema-valid request rejected"
STILL_THERE = "Deleted resource still available"

schemathesis.serializer.alias(MEDIA_TYPE, "application/json")


@schemathesis.deserializer(MEDIA_TYPE)
def read_amazon_json(_: Any, response: Any) -> Any:
    return json.loads(response.content)


@schemathesis.hook
def before_call(_: Any, case: Any, __: dict[str, Any]) -> None:
    """Let headers agree with the body, and cursors be none, as no schema can say."""
    if case.path == "/v1/jobs" and isinstance(case.query, dict) and len(case.query) > 1:
        case.query.pop("cursor", None)
    headers = case.headers or {}
    if KEY.fullmatch(str(headers.get(KEY_HEADER, ""))):
        headers[KEY_HEADER] = _to_key_of_its_own(case, headers[KEY_HEADER])
    if headers.get(TARGET_HEADER) in TARGETS.values() and isinstance(case.body, dict):
        for field in TARGETS.keys() & case.body.keys():
            headers[TARGET_HEADER] = TARGETS[field]


@schemathesis.hook
def filter_failure(_: Any, failure: Any, case: Any, response: Any) -> bool:
    """Let what no schema can say be refused, and a job be shown that DELETE has stopped.

    Refused is a label that the result does not have, a cursor that no listing gave, and an output
    format or a least score that does not go with the layout.
    """
    if failure.title == STILL_THERE and case.path.startswith("/v1/jobs/"):
        return False
    field = UNSAID.get(case.path) or UNSAID.get(case.path.rpartition("/")[2])
    if failure.title != SCHEMA_VALID_REFUSED or field is None:
        return True
    [error] = json.loads(response.content)["errors"]
    return bool(error["field"] not in field)


def _to_key_of_its_own(case: Any, key: str) -> str:
    """Give another request another key, and the same one the same."""
    sent = f"{case.operation.label} {key} {case.body!r}"
    return hashlib.sha256(sent.encode("utf-8", "surrogatepass")).hexdigest()
