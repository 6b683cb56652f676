"""The floor: imports onnxruntime, opens the same session, and does not classify."""

import os

import onnxruntime as ort

_options = ort.SessionOptions()
_options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
_options.intra_op_num_threads = 1
_options.inter_op_num_threads = 1
_session = ort.InferenceSession(
    os.environ["FLOOR_MODEL"], _options, providers=["CPUExecutionProvider"]
)


def handler(event: object, context: object) -> dict[str, object]:
    """Return 200 for every event."""
    return {"statusCode": 200, "body": "{}"}
