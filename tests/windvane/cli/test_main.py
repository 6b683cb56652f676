"""The ``windvane`` group: lazy commands, known errors, exit codes."""

import importlib.metadata
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tests.windvane.cli.windvane_process import ROOT, run_windvane
from windvane.cli.main import COMMANDS, LazyGroup, known_errors, windvane
from windvane.facts import DEFAULT_BUNDLE, MANIFEST_FILE
from windvane.inference.errors import BundleNotFoundError
from windvane.inference.manifest import read_manifest
from windvane.settings_values import SettingsError


class FailingGroup(LazyGroup):
    """A group whose every command raises the error."""

    def __init__(self, error: BaseException) -> None:
        super().__init__("windvane")
        self._error = error

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        return click.Command(cmd_name, callback=self._fail)

    def _fail(self) -> None:
        raise self._error


def test_help_names_every_command() -> None:
    result = CliRunner().invoke(windvane, ["--help"])

    assert result.exit_code == 0
    assert all(command in result.stdout for command in COMMANDS)
    assert "reads English only" in result.stdout


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_option_imports_nothing_heavy(option: str) -> None:
    heavy = {"numpy", "onnxruntime", "tokenizers", "rich", "uvicorn", "msgspec", "torch"}
    code = (
        "import sys\nfrom windvane.cli.main import windvane\n"
        f"windvane([{option!r}], standalone_mode=False)\n"
        f"sys.exit(', '.join({heavy} & sys.modules.keys()) or 0)"
    )

    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (result.returncode, result.stderr) == (0, "")


def test_version_is_that_of_the_package_and_of_the_model() -> None:
    manifest = read_manifest(DEFAULT_BUNDLE)

    result = CliRunner().invoke(windvane, ["--version"], env={"WINDVANE_BUNDLE_URI": None})

    package = importlib.metadata.version("windvane")
    assert result.exit_code == 0
    assert result.stdout == f"windvane {package}, model {manifest.name}@{manifest.version}\n"


@pytest.mark.parametrize("uri", ["s3://bucket/bundles/1/", "/nowhere"])
def test_version_names_a_model_that_it_cannot_read(uri: str) -> None:
    result = CliRunner().invoke(windvane, ["--version"], env={"WINDVANE_BUNDLE_URI": uri})

    assert result.exit_code == 0
    assert result.stdout.endswith(f", model {uri}\n")


def test_version_is_that_of_the_environments_model(tiny_bundle: Path) -> None:
    manifest = read_manifest(tiny_bundle)

    result = CliRunner().invoke(
        windvane, ["--version"], env={"WINDVANE_BUNDLE_URI": str(tiny_bundle)}
    )

    assert result.stdout.endswith(f", model {manifest.name}@{manifest.version}\n")


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff"])
def test_version_is_printed_beside_a_broken_manifest(tmp_path: Path, content: bytes) -> None:
    (tmp_path / MANIFEST_FILE).write_bytes(content)

    result = CliRunner().invoke(windvane, ["--version"], env={"WINDVANE_BUNDLE_URI": str(tmp_path)})

    assert (result.exit_code, result.exception) == (0, None)
    assert result.stdout.endswith(f", model {tmp_path}\n")


def test_unknown_command_ends_with_2() -> None:
    result = CliRunner().invoke(windvane, ["clasify"])

    assert result.exit_code == 2
    assert "No such command 'clasify'" in result.stderr


@pytest.mark.parametrize(
    "error", [BundleNotFoundError("There is no bundle."), SettingsError("It is too many.")]
)
def test_known_error_is_one_sentence_and_2(error: Exception) -> None:
    result = CliRunner().invoke(FailingGroup(error), ["fail"])

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"Error: {error}\n"


def test_unknown_error_is_not_hidden() -> None:
    error = ZeroDivisionError()

    result = CliRunner().invoke(FailingGroup(error), ["fail"])

    assert result.exception is error


def _interrupt_import() -> ImportError:
    """Build what pybind11 raises if SIGINT comes while a module of it is imported."""
    error = ImportError("initialization failed")
    error.__cause__ = KeyboardInterrupt()
    return error


@pytest.mark.parametrize("error", [KeyboardInterrupt(), _interrupt_import()])
def test_interrupt_ends_with_130(error: BaseException) -> None:
    result = CliRunner().invoke(FailingGroup(error), ["fail"])

    assert (result.exit_code, result.stderr) == (130, "Stopped.\n")


def test_import_that_fails_by_itself_is_not_hidden() -> None:
    error = ImportError("no such module")

    assert CliRunner().invoke(FailingGroup(error), ["fail"]).exception is error


def test_known_errors_are_the_roots_of_our_trees() -> None:
    assert issubclass(BundleNotFoundError, known_errors())
    assert issubclass(SettingsError, known_errors())


def test_windvane_process_has_no_traceback(tmp_path: Path) -> None:
    result = run_windvane("classify", "--bundle", str(tmp_path / "none"), "good")

    assert result.returncode == 2
    assert result.stderr.startswith(b"Error: ")
    assert result.stderr.count(b"\n") == 1


@pytest.mark.parametrize(
    ("typed", "command"), [("clasify", "classify"), ("trian", "train"), ("result", "results")]
)
def test_misspelt_command_names_the_nearest(typed: str, command: str) -> None:
    result = CliRunner().invoke(windvane, [typed, "good"])

    assert result.exit_code == 2
    assert f"No such command '{typed}'. Did you mean '{command}'?" in result.stderr


def test_command_like_no_other_gets_no_suggestion() -> None:
    result = CliRunner().invoke(windvane, ["xyzzy"])

    assert result.exit_code == 2
    assert "Did you mean" not in result.stderr


def test_misspelt_variable_stops_the_start() -> None:
    result = CliRunner().invoke(
        windvane, ["serve", "--port", "0"], env={"WINDVANE_STORE_TEXTS": "full"}
    )

    assert (result.exit_code, result.stderr) == (
        2,
        "Error: WINDVANE_STORE_TEXTS is no setting; did you mean WINDVANE_STORE_TEXT?\n",
    )


def test_serve_reads_the_host_from_the_environment() -> None:
    result = CliRunner().invoke(windvane, ["serve", "--port", "0"], env={"HOST": "256.1.1.1"})

    assert result.exit_code == 2
    assert "Cannot listen on 256.1.1.1 port 0" in result.stderr
