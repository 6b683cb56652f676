"""Large weights are stored in 16 bits; what cannot be stays."""

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper
from onnxruntime.transformers.onnx_model import OnnxModel

from model_export.half_precision import store_as_half
from tests.model_export.tiny_graphs import build_model, operations, random_floats, run

WEIGHT = random_floats(64, 32)
X = random_floats(1, 3, 64, seed=1)


def build(weight: NDArray[np.float32]) -> OnnxModel:
    node = helper.make_node("MatMul", ["x", "weight"], ["y"])
    return build_model([node], {"weight": weight}, output="y")


def test_store_as_half_answers_almost_the_same() -> None:
    model = build(WEIGHT)

    store_as_half(model)

    expected = X @ WEIGHT.astype(np.float16).astype(np.float32)
    np.testing.assert_allclose(run(model, x=X), expected, rtol=1e-5, atol=1e-5)


def test_store_as_half_stores_half() -> None:
    model = build(WEIGHT)

    store_as_half(model)

    [stored] = model.model.graph.initializer
    assert (stored.data_type, len(stored.raw_data)) == (TensorProto.FLOAT16, 2 * WEIGHT.size)
    assert operations(model) == ["Cast", "MatMul"]


def test_store_as_half_leaves_small_weights() -> None:
    model = build(WEIGHT[:, :1])

    store_as_half(model)

    assert operations(model) == ["MatMul"]


def test_store_as_half_leaves_what_does_not_fit() -> None:
    model = build(WEIGHT * np.float32(1e5))

    store_as_half(model)

    assert operations(model) == ["MatMul"]
    assert np.isfinite(run(model, x=X)).all()
