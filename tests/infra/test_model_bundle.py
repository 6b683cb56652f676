import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from infra.model_bundle import ModelBundleError, read_model_bundle
from tests.windvane.inference.bundle_faults import edit_manifest, read_file_records
from tests.windvane.inference.test_external_data import graph_with_weights_in, write_graph
from windvane.inference.bundle import load_bundle


@pytest.fixture
def bundle(tiny_bundle: Path, tmp_path: Path) -> Path:
    """A copy to break."""
    return Path(shutil.copytree(tiny_bundle, tmp_path / "bundle"))


def test_read_model_bundle_reads_what_the_function_does(shipped_bundle: Path) -> None:
    manifest = load_bundle(shipped_bundle).manifest

    bundle = read_model_bundle(shipped_bundle)

    assert bundle.version == manifest.version
    assert bundle.labels == manifest.labels
    assert set(bundle.files) == {"manifest.json", *manifest.files}


def test_read_model_bundle_refuses_a_folder_without_one(tmp_path: Path) -> None:
    with pytest.raises(ModelBundleError, match=r"has no readable manifest\.json"):
        read_model_bundle(tmp_path / "nowhere")


def test_read_model_bundle_refuses_a_changed_file(bundle: Path) -> None:
    (bundle / "tokenizer.json").write_text("{}", encoding="utf-8")

    with pytest.raises(ModelBundleError, match=r"tokenizer\.json is not the file"):
        read_model_bundle(bundle)


def test_read_model_bundle_refuses_a_missing_file(bundle: Path) -> None:
    (bundle / "model.onnx").unlink()

    with pytest.raises(ModelBundleError, match=r"model\.onnx cannot be read"):
        read_model_bundle(bundle)


@pytest.mark.parametrize(
    "fields",
    [
        {"id2label": {"0": "positive", "1": "neutral", "2": "negative"}},
        {"temperature": 2},
        {"offsets": {"values": [0, 0, 1], "exported_temperature": 1}, "schema_version": 2},
        {"window_tokens": 8, "schema_version": 2},
    ],
    ids=["labels", "temperature", "offsets", "windows"],
)
def test_read_model_bundle_reads_a_manifest_whose_version_is_that_of_its_contents_only(
    bundle: Path, fields: dict[str, Any]
) -> None:
    before = read_model_bundle(bundle).version

    edit_manifest(bundle, version=before, **fields)
    with pytest.raises(ModelBundleError, match=rf"changed: its version is {before}, but "):
        read_model_bundle(bundle)

    edit_manifest(bundle, **fields)
    assert read_model_bundle(bundle).version not in ("", before)


@pytest.mark.parametrize("temperature", [True, "1.0", None, [], 10**400])
def test_read_model_bundle_refuses_a_temperature_that_is_no_number(
    bundle: Path, temperature: object
) -> None:
    manifest = json.loads((bundle / "manifest.json").read_text())
    manifest["temperature"] = temperature
    (bundle / "manifest.json").write_text(json.dumps(manifest))

    with pytest.raises(ModelBundleError, match="is not the manifest of a bundle"):
        read_model_bundle(bundle)


@pytest.mark.parametrize("location", ["extra.bin", "../w", "/etc/passwd"])
def test_read_model_bundle_refuses_a_graph_that_reads_an_unlisted_file(
    bundle: Path, location: str
) -> None:
    write_graph(bundle, graph_with_weights_in(location).SerializeToString())

    with pytest.raises(
        ModelBundleError, match=r"model\.onnx reads a file that manifest\.json does"
    ):
        read_model_bundle(bundle)


def test_read_model_bundle_refuses_what_is_no_graph(bundle: Path) -> None:
    write_graph(bundle, b"\xff" * 20)

    with pytest.raises(ModelBundleError, match=r"model\.onnx is not an ONNX graph"):
        read_model_bundle(bundle)


def test_read_model_bundle_refuses_a_manifest_without_the_tokenizer(bundle: Path) -> None:
    files = read_file_records(bundle)
    del files["tokenizer.json"]
    edit_manifest(bundle, files=files)

    with pytest.raises(ModelBundleError, match=r"does not list tokenizer\.json"):
        read_model_bundle(bundle)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "1", '{"version": 1, "files": {}, "id2label": {}}', "[" * 100_000]
)
def test_read_model_bundle_refuses_what_is_no_manifest(bundle: Path, text: str) -> None:
    (bundle / "manifest.json").write_text(text, encoding="utf-8")

    with pytest.raises(ModelBundleError, match="is not the manifest of a bundle"):
        read_model_bundle(bundle)


@pytest.mark.parametrize(
    "change", [{"version": "../../other"}, {"files": {"../secret": {"sha256": ""}}}]
)
def test_read_model_bundle_refuses_names_that_lead_elsewhere(
    bundle: Path, change: dict[str, object]
) -> None:
    manifest = json.loads((bundle / "manifest.json").read_bytes())
    (bundle / "manifest.json").write_text(json.dumps({**manifest, **change}), encoding="utf-8")

    with pytest.raises(ModelBundleError, match="is not the manifest of a bundle"):
        read_model_bundle(bundle)
