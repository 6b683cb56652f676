"""Stores large float32 weights as float16; the arithmetic stays float32."""

import numpy as np
from onnx import helper, numpy_helper
from onnx.onnx_pb import TensorProto
from onnxruntime.transformers.onnx_model import OnnxModel

_MIN_BYTES = 4096
_MAX_HALF = float(np.finfo(np.float16).max)


def store_as_half(model: OnnxModel) -> None:
    """Store each large float32 weight in 16 bits, and cast it where it is read.

    Args:
        model: The graph; changed in place.
    """
    for initializer in list(model.model.graph.initializer):
        if initializer.data_type != TensorProto.FLOAT:
            continue
        value = numpy_helper.to_array(initializer)
        if value.nbytes < _MIN_BYTES or np.abs(value).max() > _MAX_HALF:
            continue
        half, name = f"{initializer.name}_half", initializer.name
        model.remove_initializer(initializer)
        model.add_initializer(numpy_helper.from_array(value.astype(np.float16), half))
        model.add_node(helper.make_node("Cast", [half], [name], to=TensorProto.FLOAT))
    model.topological_sort()
