"""The graph is fused for one unpadded text, with the same logits."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from onnxruntime.transformers.onnx_model import OnnxModel

from model_export.checkpoint import Checkpoint
from model_export.graph_fusion import fuse
from model_export.onnx_export import export_onnx
from tests.model_export.exported import LoadTiny
from tests.model_export.tiny_graphs import build_model, operations, random_floats, run

IDS = np.array([[2, 30, 41, 52, 63, 3]])
LAYERS = 2


def run_graph(model: onnx.ModelProto) -> np.ndarray:
    feeds = {
        "input_ids": IDS,
        "attention_mask": np.ones_like(IDS),
        "token_type_ids": np.zeros_like(IDS),
    }
    names = [node.name for node in model.graph.input]
    return run(OnnxModel(model), **{name: feeds[name] for name in names})


@pytest.mark.parametrize(
    ("family", "attentions"),
    [("bert", LAYERS), ("roberta", LAYERS), ("albert", 0), ("modernbert", 0)],
)
def test_fuse_answers_the_same(load_tiny: LoadTiny, family: str, attentions: int) -> None:
    checkpoint = load_tiny(family, 3)
    exported = export_onnx(checkpoint)
    expected = run_graph(exported)

    fused = fuse(exported, checkpoint.config)

    np.testing.assert_allclose(run_graph(fused.model), expected, atol=1e-5)
    assert operations(fused).count("Attention") == attentions


def test_fuse_shortens_the_graph_and_drops_the_mask(bert: Checkpoint) -> None:
    exported = export_onnx(bert)
    before = len(exported.graph.node)

    fused = fuse(exported, bert.config)

    assert len(fused.nodes()) < before / 3
    assert all(node.input[3] == "" for node in fused.get_nodes_by_op_type("Attention"))


def test_fuse_reads_the_token_type_as_a_constant(bert: Checkpoint) -> None:
    fused = fuse(export_onnx(bert), bert.config)

    assert not any("token_type_ids" in node.input for node in fused.nodes())


def test_fuse_adds_the_token_type_to_the_table_of_words(bert: Checkpoint) -> None:
    fused = fuse(export_onnx(bert), bert.config)

    [words] = [node for node in fused.nodes() if list(node.input[1:]) == ["input_ids"]]
    [reader] = fused.input_name_to_nodes()[words.output[0]]
    positions = fused.output_name_to_node()[next(n for n in reader.input if n != words.output[0])]
    assert (words.op_type, reader.op_type, positions.op_type) == ("Gather", "Add", "Slice")


@pytest.mark.parametrize("tokens", [1, 2, 16])
def test_fuse_slices_the_positions_that_a_text_has(bert: Checkpoint, tokens: int) -> None:
    exported = export_onnx(bert)
    ids = np.arange(5, 5 + tokens)[None]
    feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
    expected = run(OnnxModel(exported), **feeds, token_type_ids=np.zeros_like(ids))

    fused = fuse(exported, bert.config)

    assert fused.get_nodes_by_op_type("Slice")
    names = [node.name for node in fused.model.graph.input]
    logits = run(fused, **{name: feeds.get(name, np.zeros_like(ids)) for name in names})
    np.testing.assert_allclose(logits, expected, atol=1e-5)


def test_fuse_reads_positions_that_do_not_start_at_zero_by_number(load_tiny: LoadTiny) -> None:
    checkpoint = load_tiny("roberta", 3)

    fused = fuse(export_onnx(checkpoint), checkpoint.config)

    tables = {node.input[0] for node in fused.get_nodes_by_op_type("Gather")}
    assert any("position_embeddings" in name for name in tables)


def test_fuse_leaves_what_it_does_not_know(bert: Checkpoint) -> None:
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["rows"]),
        helper.make_node("ReduceMax", ["rows"], ["y"], keepdims=0),
    ]
    model = build_model(
        nodes,
        {"table": random_floats(100, 4)},
        output="y",
        inputs=["input_ids"],
        input_type=TensorProto.INT64,
    )
    expected = run_graph(model.model)

    fused = fuse(model.model, bert.config)

    np.testing.assert_array_equal(run_graph(fused.model), expected)


def build_gemm(channels: int, *, trans_b: int) -> OnnxModel:
    nodes = [
        helper.make_node("Gemm", ["x", "weight", "bias"], ["pooled"], transB=trans_b),
        helper.make_node("Tanh", ["pooled"], ["y"]),
    ]
    shape = (channels, 8) if trans_b else (8, channels)
    constants = {"weight": random_floats(*shape), "bias": random_floats(channels)}
    return build_model(nodes, constants, output="y")


@pytest.mark.parametrize("trans_b", [0, 1])
def test_fuse_writes_a_pooler_as_a_matrix_and_a_bias(bert: Checkpoint, trans_b: int) -> None:
    model, x = build_gemm(32, trans_b=trans_b), random_floats(1, 8, seed=5)
    expected = run(model, x=x)

    fused = fuse(model.model, bert.config)

    assert operations(fused) == ["MatMul", "Add", "Tanh"]
    np.testing.assert_allclose(run(fused, x=x), expected, rtol=1e-4, atol=1e-5)


def test_fuse_leaves_the_head_that_answers_the_logits(bert: Checkpoint) -> None:
    fused = fuse(build_gemm(5, trans_b=1).model, bert.config)

    assert operations(fused) == ["Gemm", "Tanh"]
