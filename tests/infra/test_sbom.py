"""The document of the package that a deployment uploads, compared with its zip file."""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.validation.json import JsonStrictValidator
from packaging.tags import parse_tag

from infra.function_package import FunctionPackageError, PackageTarget, build_function_package
from infra.installed_wheels import read_installed_wheels, read_licence, read_wheel_hashes
from infra.sbom import SCHEMA, write_sbom
from tests.conftest import REPOSITORY
from tests.test_requirements import read_hashes, read_pins

ARM64 = PackageTarget(architecture="arm64")
PINNED = REPOSITORY / "requirements" / "functions.txt"
TRIMMED_WHOLE = {"flatbuffers", "packaging", "protobuf"}


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("sbom") / "new" / "function.cdx.json"
    write_sbom(ARM64, path)
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def document(text: str) -> Any:
    return json.loads(text)


@pytest.fixture(scope="module")
def package() -> Path:
    return build_function_package(ARM64)


def walk(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for component in components:
        yield component
        yield from walk(component.get("components", []))


def test_sbom_is_valid_cyclonedx(text: str) -> None:
    validator = JsonStrictValidator(SCHEMA)

    assert validator.validate_str(text) is None
    assert validator.validate_str(text.replace('"library"', '"thing"', 1)) is not None


def test_sbom_lists_every_file_of_the_package_once_with_its_hash(
    document: Any, package: Path
) -> None:
    files = [part for part in walk(document["components"]) if part["type"] == "file"]
    listed = {file["name"]: file["hashes"] for file in files}

    with zipfile.ZipFile(package) as archive:
        held = {
            name: [{"alg": "SHA-256", "content": hashlib.sha256(archive.read(name)).hexdigest()}]
            for name in archive.namelist()
        }

    assert len(files) == len(listed) > 600
    assert listed == held


def test_sbom_names_the_package_by_its_hash(document: Any, package: Path) -> None:
    root = document["metadata"]["component"]

    assert root["hashes"] == [
        {"alg": "SHA-256", "content": hashlib.sha256(package.read_bytes()).hexdigest()}
    ]
    assert {entry["name"]: entry["value"] for entry in root["properties"]} == {
        "windvane:architecture": "arm64",
        "windvane:python": "3.13",
    }


def test_sbom_has_pinned_versions_and_a_pinned_wheel_of_what_is_shipped(document: Any) -> None:
    pinned = read_hashes(PINNED)

    shipped = {part["name"]: part for part in document["components"] if part["name"] != "windvane"}

    assert {name: part["version"] for name, part in shipped.items()} == {
        name: version for name, version in read_pins(PINNED).items() if name not in TRIMMED_WHOLE
    }
    for name, part in shipped.items():
        [digest] = part["hashes"]
        assert part["purl"] == f"pkg:pypi/{name}@{part['version']}"
        assert f"--hash=sha256:{digest['content']}" in pinned[f"{name}=={part['version']}"]


def test_sbom_has_an_spdx_licence_of_every_component(document: Any) -> None:
    for part in document["components"]:
        [licence] = part["licenses"]
        assert licence.get("expression") or licence["license"]["id"], part["name"]


def test_sbom_puts_files_below_what_they_came_with(document: Any) -> None:
    parts = {part["name"]: part["components"] for part in document["components"]}
    files = {name: {file["name"] for file in below} for name, below in parts.items()}

    assert {"typing_extensions.py", "licenses/typing_extensions-4.16.0/LICENSE"} <= (
        files["typing-extensions"]
    )
    assert any(name.startswith("numpy.libs/") for name in files["numpy"])
    assert {"functions/classify_api/handler.py", "licenses/windvane/LICENSE"} <= files["windvane"]
    assert {name.split("/")[0] for name in files["windvane"]} == {
        "functions",
        "licenses",
        "windvane",
    }


def test_sbom_names_no_index_and_no_path_of_this_machine(text: str) -> None:
    assert str(REPOSITORY) not in text
    assert "http://" not in text.replace("http://cyclonedx.org/schema", "")
    assert "https://" not in text


def test_wheel_hashes_are_those_of_the_platform() -> None:
    hashes = read_wheel_hashes(PackageTarget(architecture="x86_64"), PINNED)

    tags = {tag.platform for name, tags in hashes if name == "onnxruntime" for tag in tags}
    assert tags == {"manylinux_2_28_x86_64"}
    assert ("typing-extensions", frozenset(parse_tag("py3-none-any"))) in hashes


def test_installed_wheels_refuse_a_pin_that_cannot_be_had(tmp_path: Path) -> None:
    requirements = tmp_path / "functions.txt"
    requirements.write_text(f"jmespath==1.1.0 --hash=sha256:{0:064}\n", encoding="utf-8")

    with pytest.raises(FunctionPackageError, match="jmespath"):
        read_installed_wheels(tmp_path / "wheels", ARM64, requirements=requirements)


@pytest.mark.parametrize(
    ("fields", "licence"),
    [
        ({"License-Expression": "MIT", "License": "words"}, "MIT"),
        ({"License": "BSD", "Classifier": "License :: OSI Approved :: MIT License"}, "BSD"),
        ({"Classifier": "License :: OSI Approved :: MIT License"}, "MIT License"),
    ],
)
def test_read_licence_takes_the_most_exact_field(fields: dict[str, str], licence: str) -> None:
    metadata = Message()
    for name, value in fields.items():
        metadata[name] = value

    assert read_licence(metadata) == licence
