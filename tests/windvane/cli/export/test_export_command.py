"""``windvane export``: from a checkpoint to a proved bundle, or to one sentence."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from model_export.normalizations import NORMALIZATIONS, Normalization
from model_export.schemes import SCHEMES, Scheme
from tests.model_export.tiny_checkpoints import (
    write_checkpoint_with_cut_weights,
    write_checkpoint_with_slow_tokenizer,
    write_checkpoint_without_tokenizer,
    write_masked_language_model,
    write_tiny_checkpoint,
)
from tests.windvane.cli.windvane_process import ROOT, run_windvane
from windvane import load_classifier
from windvane.cli.main import windvane
from windvane.inference.bundle import load_bundle

Export = Callable[..., Result]
TEXTS = ["I love it", "I hate it", "The meeting is on Tuesday"]


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_checkpoint("bert", tmp_path_factory.mktemp("checkpoint") / "tiny-bert")


@pytest.fixture
def export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Export:
    """Run the command in an empty folder, on few texts."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "texts.txt").write_text("\n".join(TEXTS), encoding="utf-8")

    def run(*arguments: str | Path) -> Result:
        few = ["--texts", "texts.txt", "--calibration", "texts.txt"]
        return CliRunner().invoke(windvane, ["export", *few, *map(str, arguments)])

    return run


def assert_is_one_sentence(result: Result, fault: str) -> None:
    """The command ended with 2, without a table, and its last line is the sentence."""
    assert isinstance(result.exception, SystemExit)
    assert (result.exit_code, result.stdout) == (2, "")
    [line] = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert line == result.stderr.splitlines()[-1]
    assert fault in line


def test_export_prints_the_report_and_writes_the_bundle(export: Export, checkpoint: Path) -> None:
    result = export(checkpoint, "-o", "bundle")

    assert result.exit_code == 0, result.output
    bundle = load_bundle(Path("bundle"))
    assert bundle.manifest.parity["texts"] == len(TEXTS)
    for row in ("3 texts", "same label", "largest probability gap", "weights, MB", "one text, ms"):
        assert row in result.stdout
    agreement = f"{bundle.manifest.parity['agreement']:.2%}"
    assert agreement in result.stdout
    assert f"bundle: tiny-bert {bundle.manifest.version}, int8" in result.stdout


def test_export_makes_a_bundle_that_classifies(export: Export, checkpoint: Path) -> None:
    export(checkpoint, "-o", "some/where/bundle", "--scheme", "fp32")

    classifier = load_classifier(Path("some/where/bundle"), threads=1)
    assert [prediction.windows for prediction in classifier.classify(TEXTS)] == [1, 1, 1]


def test_export_keeps_name_and_licence(export: Export, checkpoint: Path) -> None:
    options = ["--scheme", "fp32", "--name", "mine", "--licence", "MIT"]
    options += ["--language", "en", "--language", "pt-BR"]

    export(checkpoint, "-o", "bundle", *options)

    manifest = load_bundle(Path("bundle")).manifest
    assert (manifest.name, manifest.source["licence"]) == ("mine", "MIT")
    assert manifest.languages == ["en", "pt-BR"]


@pytest.mark.parametrize("tag", ["English!", "", "e", "en_US"])
def test_export_refuses_what_is_no_language_tag(export: Export, tag: str) -> None:
    result = export("checkpoint", "-o", "bundle", "--language", tag)

    assert_is_one_sentence(result, "write a language tag such as en or pt-BR")


def test_export_reads_the_folder_named_checkpoint_by_default(export: Export) -> None:
    write_tiny_checkpoint("bert", Path("checkpoint"))

    result = export("-o", "bundle", "--scheme", "fp32")

    assert result.exit_code == 0, result.output
    assert load_bundle(Path("bundle")).manifest.name == "checkpoint"


def test_export_without_checkpoint_says_what_to_give(export: Export) -> None:
    assert_is_one_sentence(
        export("-o", "bundle"),
        'There is no folder "checkpoint" here; give the checkpoint to export, a folder or a '
        "Hugging Face id.",
    )


@pytest.mark.parametrize(
    ("write", "fault"),
    [
        (write_masked_language_model, "bad is no sequence classifier: its config names Bert"),
        (write_checkpoint_with_slow_tokenizer, "bad has no fast tokenizer"),
        (write_checkpoint_without_tokenizer, "bad has no tokenizer"),
        (write_checkpoint_with_cut_weights, "The weights of bad cannot be loaded"),
    ],
)
def test_export_of_a_bad_checkpoint_is_one_sentence(
    export: Export, write: Callable[[Path], Path], fault: str
) -> None:
    write(Path("bad"))

    assert_is_one_sentence(export("bad", "-o", "bundle"), fault)
    assert not Path("bundle").exists()


def test_export_of_a_missing_folder_is_one_sentence(export: Export) -> None:
    assert_is_one_sentence(export("./none", "-o", "bundle"), "There is no folder ./none.")


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["--texts", "none.txt"], "File 'none.txt' does not exist."),
        (["--texts", "empty.txt"], "empty.txt holds no text; one a line is needed."),
        (["--texts", "blank.txt"], "blank.txt holds no text; one a line is needed."),
        (["--texts", "latin.txt"], "latin.txt is not UTF-8 text."),
        (["--calibration", "latin.txt"], "latin.txt is not UTF-8 text."),
        (["--scheme", "int4"], "'int4' is not one of 'int8'"),
        (["--tolerance", "2"], "2.0 is not in the range 0<=x<=1."),
        (["-o", "full"], "full is not empty; name another folder or add --overwrite."),
        (["-o", "full", "--overwrite"], 'full holds "diary.txt", which is no file of a bundle;'),
        (["-o", "texts.txt"], "Directory 'texts.txt' is a file."),
        (["-o", "texts.txt/bundle"], "texts.txt"),
        (["-o", "x" * 300], "File name too long."),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)
def test_export_that_makes_no_sense_is_one_sentence(
    export: Export, checkpoint: Path, arguments: list[str], fault: str
) -> None:
    Path("empty.txt").touch()
    Path("blank.txt").write_text(" \n\n\t\n")
    Path("latin.txt").write_bytes("café".encode("latin-1"))
    Path("full").mkdir()
    Path("full/diary.txt").touch()

    assert_is_one_sentence(export(checkpoint, "-o", "bundle", *arguments), fault)
    assert Path("full/diary.txt").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_export_into_a_folder_that_is_not_ours_is_one_sentence(
    export: Export, checkpoint: Path
) -> None:
    Path("locked").mkdir(mode=0o500)

    result = export(checkpoint, "-o", "locked/bundle", "--scheme", "fp32")

    assert_is_one_sentence(result, "Permission denied.")


def test_export_records_how_texts_are_read(export: Export, checkpoint: Path) -> None:
    options = ("--normalization", "social", "--window-tokens", "64")

    result = export(checkpoint, "-o", "bundle", "--scheme", "fp32", *options)

    assert result.exit_code == 0, result.output
    manifest = load_bundle(Path("bundle")).manifest
    assert (manifest.normalization, manifest.window_tokens) == ("social", 64)


def test_export_beyond_the_tolerance_lists_the_texts_and_writes_nothing(
    export: Export, checkpoint: Path
) -> None:
    result = export(checkpoint, "-o", "bundle", "--tolerance", "0")

    assert isinstance(result.exception, SystemExit)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Error: 3 of 3 texts differ by more than 0 from the checkpoint" in result.stderr
    assert all(text in result.stderr for text in TEXTS)
    assert not Path("bundle").exists()


def test_export_replaces_a_bundle_only_if_asked_and_only_by_a_proved_one(
    export: Export, checkpoint: Path
) -> None:
    export(checkpoint, "-o", "bundle", "--scheme", "fp32")
    before = load_bundle(Path("bundle")).manifest

    unasked = export(checkpoint, "-o", "bundle")
    failed = export(checkpoint, "-o", "bundle", "--overwrite", "--tolerance", "0")
    after_failures = load_bundle(Path("bundle")).manifest
    replaced = export(checkpoint, "-o", "bundle", "--overwrite", "--scheme", "fp16")

    assert (unasked.exit_code, failed.exit_code, replaced.exit_code) == (2, 2, 0)
    assert after_failures == before
    assert load_bundle(Path("bundle")).manifest.quantization == "fp16"
    assert sorted(path.name for path in Path().iterdir()) == ["bundle", "texts.txt"]


def test_export_reads_texts_as_editors_write_them(export: Export, checkpoint: Path) -> None:
    Path("windows.txt").write_bytes("\ufeffI love it\r\n\r\nand\u2028this\r\n".encode())

    result = export(checkpoint, "-o", "b", "--texts", "windows.txt", "--tolerance", "0")

    lines = result.stderr.splitlines()
    assert "Error: 2 of 2 texts differ" in result.stderr
    assert any(line.endswith("  I love it") for line in lines)


def test_export_help_imports_no_torch() -> None:
    code = (
        "import sys\nfrom windvane.cli.main import windvane\n"
        "windvane(['export', '--help'], standalone_mode=False)\n"
        "sys.exit(', '.join({'numpy', 'onnx', 'rich', 'torch'} & sys.modules.keys()) or 0)"
    )

    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize(
    ("heading", "named"), [("Schemes", SCHEMES), ("Normalizations", NORMALIZATIONS)]
)
def test_export_help_explains_every_name_within_the_screen(
    heading: str, named: Mapping[str, Scheme | Normalization]
) -> None:
    result = CliRunner().invoke(windvane, ["export", "--help"])

    _, _, listed = result.stdout.partition(f"{heading}:\n")
    explained = " ".join(listed.split())
    assert all(f"{name} {each.help}" in explained for name, each in named.items())
    assert all(len(line) <= 80 for line in result.stdout.splitlines())


def test_windvane_export_process(checkpoint: Path, tmp_path: Path) -> None:
    result = run_windvane("export", str(checkpoint), "-o", str(tmp_path / "b"), "--scheme", "fp32")

    assert result.returncode == 0, result.stderr
    assert b"same label" in result.stdout
    assert b"Comparing with torch" in result.stderr
    assert b"Warning" not in result.stderr
    manifest = json.loads((tmp_path / "b" / "manifest.json").read_bytes())
    assert manifest["parity"]["texts"] > 100
    assert manifest["parity"]["largest_gap"] < 0.001


def test_windvane_export_of_an_id_that_cannot_be_reached(tmp_path: Path) -> None:
    result = run_windvane(
        "export",
        "nobody/nothing",
        "-o",
        str(tmp_path / "b"),
        env=os.environ | {"HF_HUB_OFFLINE": "1"},
    )

    assert (result.returncode, result.stdout) == (2, b"")
    assert result.stderr.splitlines()[-1].startswith(
        b"Error: nobody/nothing is no folder here, and cannot be had from the Hugging Face hub: "
    )
    assert b"Traceback" not in result.stderr


@pytest.mark.parametrize("package", ["torch", "transformers", "optimum"])
def test_export_without_its_packages_says_how_to_install_them(
    export: Export, checkpoint: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    # Python's import raises for these as it does for a package that is not installed.
    names = [name for name in sys.modules if f"{name}.".startswith(f"{package}.")]
    for name in {package, f"{package}.exporters.onnx", *names}:
        monkeypatch.setitem(sys.modules, name, None)

    result = export(checkpoint, "-o", "bundle")

    assert_is_one_sentence(
        result,
        f"{package} is not installed; it comes with: make setup-export, or "
        "pip install 'windvane[export]'.",
    )
    assert "\nsetup-export:" in (ROOT / "Makefile").read_text(encoding="utf-8")
