"""Bodies as the OpenAPI document describes them: a schema by reference, and an example."""

from typing import Any

import msgspec

REF_TEMPLATE = "#/components/schemas/{name}"


def describe_content(schema: Any, example: Any, media_type: str) -> dict[str, Any]:  # noqa: ANN401 - a type, any JSON
    """Describe a body.

    Args:
        schema: A type whose JSON schema msgspec can give.
        example: A body.
        media_type: Of the body.
    """
    return {media_type: {"schema": refer(schema), "example": example}}


def refer(schema: Any) -> dict[str, Any]:  # noqa: ANN401 - a type
    """Build the schema of a type, or of one of several; structs are referred to by name."""
    if isinstance(schema, tuple):
        return {"oneOf": [refer(one) for one in schema]}
    [reference], _ = msgspec.json.schema_components([schema], ref_template=REF_TEMPLATE)
    return reference
