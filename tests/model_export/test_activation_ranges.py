"""Activations of a graph are recorded text by text."""

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.transformers.onnx_model import OnnxModel

from model_export.activation_ranges import record_activations
from model_export.errors import ConversionError
from tests.model_export.tiny_graphs import build_model, random_floats

TABLE = random_floats(10, 4)
TEXTS = [[1, 2, 3], [4], [5, 6, 7, 8, 9]]


def build_lookup(*names: str) -> OnnxModel:
    """Look up the rows of the last input and sum them."""
    nodes = [
        helper.make_node("Gather", ["table", names[-1]], ["rows"]),
        helper.make_node("ReduceSum", ["rows", "axis"], ["total"], keepdims=0),
        helper.make_node("Tanh", ["total"], ["y"]),
    ]
    constants = {"table": TABLE, "axis": np.array([1])}
    return build_model(nodes, constants, output="y", inputs=names, input_type=TensorProto.INT64)


def test_record_activations_gives_each_text_its_rows() -> None:
    model = build_lookup("input_ids")

    recorded = record_activations(model.model, ["rows"], TEXTS)

    assert recorded.keys() == {"rows"}
    for text, rows in zip(TEXTS, recorded["rows"].texts, strict=True):
        np.testing.assert_array_equal(rows, TABLE[text])


def test_record_activations_gives_a_pooled_tensor_as_one_row() -> None:
    model = build_lookup("input_ids")

    recorded = record_activations(model.model, ["total", "rows"], TEXTS)

    assert [rows.shape for rows in recorded["total"].texts] == [(1, 4)] * 3
    np.testing.assert_allclose(
        recorded["total"].texts[0][0], TABLE[TEXTS[0]].sum(axis=0), rtol=1e-6
    )


def test_record_activations_knows_which_tensor_has_a_row_for_each_token() -> None:
    model = build_lookup("input_ids")

    recorded = record_activations(model.model, ["total", "rows"], TEXTS)

    assert recorded["rows"].by_token
    assert not recorded["total"].by_token


def test_record_activations_feeds_a_mask_of_ones_and_token_types_of_zero() -> None:
    masked = build_lookup("input_ids", "attention_mask")
    typed = build_lookup("input_ids", "token_type_ids")

    [of_mask] = record_activations(masked.model, ["rows"], [TEXTS[0]])["rows"].texts
    [of_types] = record_activations(typed.model, ["rows"], [TEXTS[0]])["rows"].texts

    np.testing.assert_array_equal(of_mask, TABLE[[1, 1, 1]])
    np.testing.assert_array_equal(of_types, TABLE[[0, 0, 0]])


def test_record_activations_refuses_what_is_not_finite() -> None:
    model = build_lookup("input_ids")
    table = TABLE.copy()
    table[7] = np.inf
    model.get_initializer("table").CopyFrom(numpy_helper.from_array(table, "table"))

    with pytest.raises(
        ConversionError, match=r"overflows on a text used for activation ranges \(in rows\)"
    ):
        record_activations(model.model, ["rows"], TEXTS)


def test_record_activations_leaves_the_graph_as_it_was() -> None:
    model = build_lookup("input_ids")
    before = model.model.SerializeToString()

    record_activations(model.model, ["rows"], TEXTS)

    assert model.model.SerializeToString() == before
