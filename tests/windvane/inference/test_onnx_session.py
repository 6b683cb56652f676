"""Graphs opened and run."""

from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper

from tests.tiny_bundle import LOGIT, VOCABULARY, build_graph
from windvane.inference.errors import BundleCorruptError, ModelRunError
from windvane.inference.onnx_session import OnnxSession


def write_graph(folder: Path, nodes: list[onnx.NodeProto], inputs: tuple[str, ...]) -> Path:
    """Write a graph whose output is called logits."""
    shape: list[str | int | None] = [1, "seq_len"]
    graph = helper.make_graph(
        nodes,
        "graph",
        [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in inputs],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, len(inputs)])],
    )
    opsets = [helper.make_opsetid("", 18)]
    path = folder / "model.onnx"
    onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=10), path)
    return path


def write_sums(folder: Path, *inputs: str) -> Path:
    """Write a graph that answers the sum of each of its inputs."""
    nodes = [
        helper.make_node("Constant", [], ["first"], value_ints=[0]),
        helper.make_node("Constant", [], ["second"], value_ints=[1]),
        helper.make_node("Concat", inputs, ["rows"], axis=0),
        helper.make_node("Cast", ["rows"], ["floats"], to=TensorProto.FLOAT),
        helper.make_node("ReduceSum", ["floats", "second"], ["sums"], keepdims=0),
        helper.make_node("Unsqueeze", ["sums", "first"], ["logits"]),
    ]
    return write_graph(folder, nodes, inputs)


@pytest.mark.parametrize(
    "inputs",
    [
        ("input_ids",),
        ("input_ids", "attention_mask"),
        ("input_ids", "token_type_ids"),
        ("token_type_ids", "attention_mask", "input_ids"),
    ],
    ids=" ".join,
)
def test_run_gives_the_graph_the_inputs_it_asks_for(
    tmp_path: Path, inputs: tuple[str, ...]
) -> None:
    sums = {"input_ids": 60, "attention_mask": 3, "token_type_ids": 0}
    session = OnnxSession(write_sums(tmp_path, *inputs))

    logits = session.run([10, 20, 30])

    assert logits.tolist() == [sums[name] for name in inputs]


def test_run_answers_one_row_of_logits(tiny_bundle: Path) -> None:
    logits = OnnxSession(tiny_bundle / "model.onnx").run([VOCABULARY["good"]])

    assert logits.tolist() == [0, LOGIT, 2 * LOGIT]
    assert logits.dtype == "float32"


@pytest.mark.parametrize(
    "content",
    [b"", b"no graph", build_graph().SerializeToString()[:-100]],
    ids=["empty", "text", "cut"],
)
def test_onnx_session_names_the_file_that_is_no_graph(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "model.onnx"
    file.write_bytes(content)

    with pytest.raises(BundleCorruptError) as caught:
        OnnxSession(file)

    assert str(file) in str(caught.value)


def test_onnx_session_refuses_a_graph_whose_weights_are_gone(tmp_path: Path) -> None:
    file = tmp_path / "model.onnx"
    onnx.save(build_graph(), file, save_as_external_data=True, location="weights", size_threshold=0)
    (tmp_path / "weights").unlink()

    with pytest.raises(BundleCorruptError):
        OnnxSession(file)


def test_run_refuses_ids_that_the_model_does_not_know(tiny_bundle: Path) -> None:
    session = OnnxSession(tiny_bundle / "model.onnx")

    with pytest.raises(ModelRunError, match="2 tokens"):
        session.run([0, 99])


@pytest.mark.parametrize("operator", ["Log", "Reciprocal"])
def test_run_refuses_logits_that_are_not_finite(tmp_path: Path, operator: str) -> None:
    nodes = [
        helper.make_node("Cast", ["input_ids"], ["floats"], to=TensorProto.FLOAT),
        helper.make_node(operator, ["floats"], ["logits"]),
    ]
    session = OnnxSession(write_graph(tmp_path, nodes, ("input_ids",)))
    answered = session.run([1]).tolist()

    with pytest.raises(ModelRunError, match="not finite"):
        session.run([0])

    assert answered in ([0.0], [1.0])
