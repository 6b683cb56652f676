"""Embedding tables become 8-bit rows with a scale each."""

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper
from onnxruntime.transformers.onnx_model import OnnxModel

from model_export.embedding_tables import quantize_embedding_tables
from tests.model_export.tiny_graphs import build_model, operations, random_floats, run

make_node = helper.make_node
WORDS = random_floats(200, 8) * np.logspace(-2, 2, 200, dtype=np.float32)[:, None]
LOOK_UP = make_node("Gather", ["words", "input_ids"], ["y"])
IDS = np.array([[0, 7, 7, 199]])


def build(table: NDArray[np.float32], *nodes: NodeProto, output: str = "y") -> OnnxModel:
    return build_model(
        nodes or [LOOK_UP],
        {"words": table},
        output=output,
        inputs=["input_ids"],
        input_type=TensorProto.INT64,
    )


def quantize(model: OnnxModel) -> OnnxModel:
    quantize_embedding_tables(model)
    model.prune_graph()
    model.topological_sort()
    return model


def test_quantize_embedding_tables_keeps_each_row_to_half_a_step() -> None:
    model = quantize(build(WORDS))

    rows = run(model, input_ids=IDS)[0]

    expected = WORDS[IDS[0]]
    steps = np.abs(expected).max(axis=1, keepdims=True) / 127
    assert np.all(np.abs(rows - expected) <= 0.501 * steps)


def test_quantize_embedding_tables_stores_a_quarter() -> None:
    model = quantize(build(WORDS))

    sizes = {item.name: len(item.raw_data) for item in model.model.graph.initializer}
    assert sizes == {"words_codes": WORDS.size, "words_scales": 4 * len(WORDS)}


def test_quantize_embedding_tables_slices_codes_with_a_scale_for_each_channel() -> None:
    table = random_floats(200, 8) * np.logspace(-2, 2, 8, dtype=np.float32)
    slice_rows = make_node("Slice", ["words", "start", "input_ids", "start"], ["y"])
    constants = {"words": table, "start": np.array([0])}
    model = quantize(
        build_model(
            [slice_rows],
            constants,
            output="y",
            inputs=["input_ids"],
            input_type=TensorProto.INT64,
        )
    )

    rows = run(model, input_ids=np.array([7]))

    steps = np.abs(table).max(axis=0) / 127
    assert rows.shape == (7, 8)
    assert np.all(np.abs(rows - table[:7]) <= 0.501 * steps)
    assert operations(model) == ["Slice", "Cast", "Mul"]
    assert model.get_initializer("words") is None


def test_quantize_embedding_tables_leaves_small_tables() -> None:
    model = quantize(build(WORDS[:2]))

    assert operations(model) == ["Gather"]


def test_quantize_embedding_tables_stores_a_table_read_twice_once() -> None:
    nodes = [
        make_node("Gather", ["words", "input_ids"], ["a"]),
        make_node("Gather", ["words", "input_ids"], ["b"]),
        make_node("Add", ["a", "b"], ["y"]),
    ]

    model = quantize(build(WORDS, *nodes))

    names = [item.name for item in model.model.graph.initializer]
    assert sorted(names) == ["words_codes", "words_scales"]
    np.testing.assert_allclose(run(model, input_ids=IDS)[0], 2 * WORDS[IDS[0]], rtol=0.1, atol=1)


def test_quantize_embedding_tables_keeps_a_table_that_is_also_multiplied() -> None:
    nodes = [LOOK_UP, make_node("MatMul", ["words", "y"], ["z"])]
    table = WORDS[:, :1].repeat(200, axis=1)

    model = quantize(build(table, *nodes, output="z"))

    assert model.get_initializer("words") is not None
