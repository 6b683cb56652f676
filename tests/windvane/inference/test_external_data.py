"""Weights in a file that the manifest does not list are refused before the graph is opened."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import onnx
import pytest
from onnx import AttributeProto, TensorProto, helper, numpy_helper

from tests.tiny_bundle import build_graph
from tests.windvane.inference.bundle_faults import edit_manifest, read_file_records
from windvane.inference.bundle import load_bundle
from windvane.inference.bundle_files import MODEL_FILE, WEIGHTS_FILE, FileRecord, sha256_of
from windvane.inference.errors import BundleCorruptError
from windvane.inference.external_data import find_locations

OTHER_FILES = ["extra.bin", "sub/../model.onnx.data", "../w", "/etc/passwd", "x" * 200, ""]
MEMORY = "*/_ORT_MEM_ADDR_/*"
"""With this location onnxruntime reads at an address of this process."""


def store(tensor: TensorProto, **entries: str) -> TensorProto:
    """Say that the tensor's values are in a file."""
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    del tensor.external_data[:]
    for key, value in entries.items():
        tensor.external_data.add(key=key, value=value)
    return tensor


def graph_with_weights_in(location: str) -> onnx.ModelProto:
    model = build_graph()
    store(model.graph.initializer[0], location=location, offset="0", length="60")
    return model


def graph_with_inner_weights_in(location: str) -> onnx.ModelProto:
    """Hold the tensor in an attribute of a node of a function, which the graph need not use."""
    model = build_graph()
    tensor = numpy_helper.from_array(numpy_helper.to_array(model.graph.initializer[0]), "inner")
    node = helper.make_node("Constant", [], ["inner"])
    attribute = AttributeProto(name="value", type=AttributeProto.TENSOR)
    attribute.t.CopyFrom(store(tensor, offset="0", location=location))
    node.attribute.append(attribute)
    opset = helper.make_opsetid("", 18)
    function = helper.make_function("here", "F", [], ["inner"], [node], [opset])
    model.functions.append(function)
    return model


def write_graph(bundle: Path, content: bytes) -> None:
    """Replace the graph, and its record in the manifest."""
    path = bundle / MODEL_FILE
    path.write_bytes(content)
    record = asdict(FileRecord(sha256_of(path), len(content)))
    edit_manifest(bundle, files={**read_file_records(bundle), MODEL_FILE: record})


@pytest.mark.parametrize("location", [*OTHER_FILES, MEMORY])
@pytest.mark.parametrize("build", [graph_with_weights_in, graph_with_inner_weights_in])
def test_load_bundle_refuses_a_graph_that_reads_an_unlisted_file(
    spoilable_bundle: Path, build: Callable[[str], onnx.ModelProto], location: str
) -> None:
    (spoilable_bundle / "extra.bin").write_bytes(bytes(60))
    write_graph(spoilable_bundle, build(location).SerializeToString())

    with pytest.raises(BundleCorruptError, match="reads a file that the manifest does not list"):
        load_bundle(spoilable_bundle)


def field(number: int, content: bytes) -> bytes:
    """Write a field with a length, in the protobuf format."""
    assert len(content) < 128
    return bytes([number << 3 | 2, len(content)]) + content


def graph_with_entry(entry: bytes) -> bytes:
    return field(7, field(5, field(13, entry)))


KEY, GOOD, EVIL = field(1, b"location"), field(2, b"good"), field(2, b"evil")


@pytest.mark.parametrize(
    "entry",
    [
        KEY + GOOD + EVIL,
        EVIL + KEY,
        field(3, b"j" + bytes([len(KEY + GOOD)])) + KEY + GOOD + EVIL,
        KEY + GOOD + field(13, b"") + EVIL,
        b"\x0a\x88\x00location\x92\x00\x84\x00evil",
        b"\x18\x05\x21" + bytes(8) + b"\x2d" + bytes(4) + KEY + EVIL,
        field(1, b"offset") + KEY + EVIL,
    ],
    ids=["twice", "value first", "feigned", "unknown", "long lengths", "numbers", "two keys"],
)
def test_a_reference_is_found_in_any_form(tmp_path: Path, entry: bytes) -> None:
    graph = tmp_path / MODEL_FILE
    graph.write_bytes(graph_with_entry(entry))

    parsed = onnx.load(graph, load_external_data=False)
    assert parsed.graph.initializer[0].external_data[0].value == "evil"
    assert find_locations(graph) == {b"evil"}


@pytest.mark.parametrize(
    "content",
    [b"\xff" * 20, b"\x0a", b"\x3a\x7f", b"\x3b", field(7, b"\x2a\x50location")],
    ids=["long number", "cut", "cut field", "group", "field outside"],
)
def test_what_is_no_graph_is_refused(spoilable_bundle: Path, content: bytes) -> None:
    write_graph(spoilable_bundle, content)

    with pytest.raises(BundleCorruptError, match="is not an ONNX graph"):
        load_bundle(spoilable_bundle)


def test_deeply_nested_graphs_are_read(tmp_path: Path) -> None:
    content = field(5, field(13, KEY + EVIL))
    for _ in range(20):  # a graph in an attribute of a node
        content = field(1, field(5, field(6, content)))
        if len(content) > 100:
            break
    graph = tmp_path / MODEL_FILE
    graph.write_bytes(field(7, content))

    assert find_locations(graph) == {b"evil"}


def test_the_shipped_graph_reads_its_weights_only(shipped_bundle: Path) -> None:
    assert find_locations(shipped_bundle / MODEL_FILE) == {WEIGHTS_FILE.encode()}
