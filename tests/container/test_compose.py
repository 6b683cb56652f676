"""The files for Docker Compose."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import REPOSITORY
from windvane.settings import load_settings

FILES = ("compose.yaml", "compose.dynamodb.yaml")
CHECK = (
    str(Path(sys.executable).with_name("check-jsonschema")),
    *("--builtin-schema", "vendor.compose-spec"),
)


def read(name: str) -> Any:
    return yaml.safe_load((REPOSITORY / name).read_text(encoding="utf-8"))


def validate(path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*CHECK, str(path)], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", FILES)
def test_file_keeps_to_the_compose_specification(name: str) -> None:
    done = validate(REPOSITORY / name)

    assert done.returncode == 0, done.stdout


def test_specification_finds_a_fault(tmp_path: Path) -> None:
    text = (REPOSITORY / FILES[0]).read_text(encoding="utf-8")
    broken = tmp_path / "compose.yaml"
    broken.write_text(text.replace("read_only: true", "readonly: true"), encoding="utf-8")

    assert validate(broken).returncode != 0


def test_service_is_published_on_loopback_alone() -> None:
    assert read("compose.yaml")["services"]["windvane"]["ports"] == [
        "${PUBLISH:-127.0.0.1:8080}:8080"
    ]


@pytest.mark.parametrize("name", FILES)
def test_file_names_settings_that_exist(name: str) -> None:
    environment = read(name)["services"]["windvane"]["environment"]
    values = {key: value.split(":-")[-1].rstrip("}") for key, value in environment.items()}

    settings = load_settings(values)

    assert settings.result_log_uri in {"sqlite:////data/results.db", "dynamodb://windvane"}


def test_services_run_without_privileges() -> None:
    services = [service for name in FILES for service in read(name)["services"].items()]

    for name, service in services:
        if "image" in service:
            assert service["cap_drop"] == ["ALL"], name


def test_variables_of_the_store_are_the_same_for_server_and_table() -> None:
    services = read("compose.dynamodb.yaml")["services"]

    assert services["windvane"]["environment"] == services["table"]["environment"]
