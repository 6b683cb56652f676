"""Graphs of a few operations, and their outputs in onnxruntime."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.transformers.onnx_model import OnnxModel

Arrays = Mapping[str, NDArray[Any]]
_DOMAINS = (helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1))
_ERRORS_ONLY = 3


def build_model(
    nodes: Sequence[onnx.NodeProto],
    constants: Arrays,
    *,
    output: str,
    inputs: Sequence[str] = ("x",),
    input_type: int = TensorProto.FLOAT,
) -> OnnxModel:
    """Build a graph with one output; shapes are left open."""
    graph = helper.make_graph(
        list(nodes),
        "tiny",
        [helper.make_tensor_value_info(name, input_type, None) for name in inputs],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, None)],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    return OnnxModel(helper.make_model(graph, opset_imports=_DOMAINS, ir_version=10))


def run(model: OnnxModel, **inputs: NDArray[Any]) -> NDArray[Any]:
    """Run the graph as it stands and give its first output."""
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = _ERRORS_ONLY
    session = ort.InferenceSession(
        model.model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    return np.asarray(session.run(None, inputs)[0])


def operations(model: OnnxModel) -> list[str]:
    """List the operations in the order of the graph."""
    return [node.op_type for node in model.nodes()]


def random_floats(*shape: int, seed: int = 0) -> NDArray[np.float32]:
    """Give normally distributed values, the same for the same seed."""
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)
