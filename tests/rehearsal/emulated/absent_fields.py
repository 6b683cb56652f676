"""Step Functions leaves out a field that has no value yet; the emulator sends null."""

import json
from typing import Any


def add_absent_fields() -> None:
    """Leave such fields out of the responses."""
    from ministack.services import stepfunctions as sfn  # tests of the rest run without it

    finalize = sfn._finalize_response

    def finalize_without_nulls(response: Any) -> Any:
        status, headers, body = finalize(response)
        if not body:
            return response
        return status, headers, json.dumps(drop_nulls(json.loads(body))).encode()

    sfn._finalize_response = finalize_without_nulls


def drop_nulls(value: Any) -> Any:
    """Drop the fields that are null, at any depth."""
    if isinstance(value, list):
        return [drop_nulls(item) for item in value]
    if isinstance(value, dict):
        return {key: drop_nulls(item) for key, item in value.items() if item is not None}
    return value
