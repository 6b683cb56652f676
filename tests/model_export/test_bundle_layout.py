"""The bundle's folder: readable files, mapped weights, a manifest that holds."""

import stat
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper
from onnxruntime.transformers.onnx_model import OnnxModel
from tokenizers import Tokenizer

from model_export.bundle_layout import (
    add_parity,
    optimize_offline,
    write_first_manifest,
    write_graph,
    write_tokenizer,
)
from model_export.checkpoint import Checkpoint
from tests.model_export.exported import Exported, ExportTiny
from tests.model_export.tiny_graphs import build_model, operations, random_floats
from windvane.facts import MANIFEST_FILE
from windvane.inference.bundle import load_bundle
from windvane.inference.bundle_files import sha256_of
from windvane.inference.manifest import read_manifest

FILES = {"model.onnx", "model.onnx.data", "tokenizer.json"}
WEIGHT = random_floats(64, 64)


@pytest.fixture(scope="module")
def exported(export_tiny: ExportTiny) -> Exported:
    return export_tiny("bert", 3, "fp32")


def build() -> OnnxModel:
    nodes = [
        helper.make_node("Identity", ["x"], ["same"]),
        helper.make_node("MatMul", ["same", "weight"], ["y"]),
    ]
    return build_model(nodes, {"weight": WEIGHT}, output="y")


def write_bundle(folder: Path, checkpoint: Checkpoint, **options: str) -> Path:
    folder.mkdir()
    write_graph(build().model, folder)
    write_tokenizer(checkpoint, folder)
    write_first_manifest(
        folder,
        checkpoint,
        **{"name": "tiny", "quantization": "fp32", "licence": "MIT"} | options,
    )
    return folder


def test_write_graph_keeps_the_weights_beside_it(tmp_path: Path) -> None:
    write_graph(build().model, tmp_path)

    graph = onnx.load(tmp_path / "model.onnx", load_external_data=False)
    [weight] = graph.graph.initializer
    assert weight.data_location == onnx.TensorProto.EXTERNAL
    assert (tmp_path / "model.onnx.data").stat().st_size >= WEIGHT.nbytes


def test_write_graph_writes_it_as_it_stands(tmp_path: Path) -> None:
    write_graph(build().model, tmp_path)

    assert operations(OnnxModel(onnx.load(tmp_path / "model.onnx"))) == ["Identity", "MatMul"]


def test_optimize_offline_holds_the_optimized_graph_with_its_weights() -> None:
    optimized = optimize_offline(build().model)

    assert operations(OnnxModel(optimized)) == ["MatMul"]
    [weight] = optimized.graph.initializer
    np.testing.assert_array_equal(onnx.numpy_helper.to_array(weight), WEIGHT)


def test_write_tokenizer_leaves_padding_and_truncation_to_the_service(
    tmp_path: Path, bert: Checkpoint
) -> None:
    bert.tokenizer("set it up", truncation=True, max_length=4, padding="max_length")

    write_tokenizer(bert, tmp_path)

    tokenizer = Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    assert tokenizer.padding is None
    assert tokenizer.truncation is None


def test_bundle_holds_the_files_and_nothing_else(exported: Exported) -> None:
    names = {path.name for path in exported.folder.iterdir()}

    assert names == FILES | {MANIFEST_FILE}


def test_bundle_can_be_read_by_all(exported: Exported) -> None:
    modes = {stat.S_IMODE((exported.folder / name).stat().st_mode) for name in FILES}

    assert modes == {0o644}


def test_manifest_holds_the_hashes_and_sizes(exported: Exported) -> None:
    manifest = load_bundle(exported.folder).manifest

    assert manifest.files.keys() == FILES
    for name, record in manifest.files.items():
        assert record.sha256 == sha256_of(exported.folder / name)
        assert record.bytes == (exported.folder / name).stat().st_size


def test_manifest_says_how_the_bundle_was_made(exported: Exported, bert: Checkpoint) -> None:
    manifest = read_manifest(exported.folder)

    assert manifest == exported.manifest
    assert manifest.name == "bert-3"
    assert manifest.labels == ("negative", "neutral", "positive")
    assert manifest.quantization == "fp32"
    assert manifest.vocabulary_size == len(bert.tokenizer)
    assert manifest.parity == exported.report.to_dict()
    assert manifest.tools["onnxruntime"] == version("onnxruntime")
    assert manifest.source == {
        "checkpoint": "bert-3",
        "revision": None,
        "model_type": "bert",
        "licence": "",
    }


def test_manifest_names_a_checkpoint_of_the_hub_in_full(tmp_path: Path, bert: Checkpoint) -> None:
    of_hub = replace(bert, name="org/some-model", revision="main")

    folder = write_bundle(tmp_path / "bundle", of_hub, licence="Apache-2.0")

    source = read_manifest(folder).source
    assert (source["checkpoint"], source["revision"]) == ("org/some-model", "main")
    assert source["licence"] == "Apache-2.0"


def test_version_does_not_depend_on_the_parity_figures(tmp_path: Path, bert: Checkpoint) -> None:
    folder = write_bundle(tmp_path / "bundle", bert)
    before = read_manifest(folder)

    after = add_parity(folder, before, {"largest_gap": 0.5})

    assert after.version == before.version
    assert read_manifest(folder) == after
    assert after.parity == {"largest_gap": 0.5}


def test_version_depends_on_the_labels(tmp_path: Path, bert: Checkpoint) -> None:
    config = type(bert.config)(id2label={0: "sad", 1: "so-so", 2: "glad"})
    renamed = replace(bert, config=config)

    versions = {
        read_manifest(write_bundle(tmp_path / name, checkpoint)).version
        for name, checkpoint in {"a": bert, "b": bert, "c": renamed}.items()
    }

    assert len(versions) == 2
