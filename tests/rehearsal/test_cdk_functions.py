"""What is changed of the CDK's own functions."""

import io
import zipfile
from pathlib import Path

import pytest

from tests.rehearsal.emulated.cdk_functions import call_layer_here, keep_known_paths

SOURCE = b"""aws="/opt/awscli/aws"
def cp(*args):
    subprocess.check_call([aws] + list(args))
"""


def zip_source(source: bytes) -> bytes:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("index.py", source)
        archive.writestr("other.txt", "kept")
    return package.getvalue()


def test_layer_is_called_where_it_is_unpacked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("_LAMBDA_LAYERS_DIRS", f"{tmp_path}:/second")

    with zipfile.ZipFile(io.BytesIO(call_layer_here(zip_source(SOURCE)))) as archive:
        changed = archive.read("index.py").decode()
        kept = archive.read("other.txt")
    calls: list[list[str]] = []
    scope: dict[str, object] = {"os": __import__("os")}
    scope["subprocess"] = type("Recorder", (), {"check_call": staticmethod(calls.append)})
    exec(changed + "cp('s3')", scope)  # noqa: S102 - the function that was changed

    assert [call[1:] for call in calls] == [[f"{tmp_path}/awscli/aws", "s3"]]
    assert kept == b"kept"


@pytest.mark.parametrize("package", [zip_source(b"print()"), b"no zip"], ids=["other", "no zip"])
def test_other_packages_stay_as_they_are(package: bytes) -> None:
    assert call_layer_here(package) is package


def test_certificates_of_lambda_are_left_out_where_there_are_none(tmp_path: Path) -> None:
    missing = {"Environment": {"Variables": {"AWS_CA_BUNDLE": "/no/file", "A": "1"}}, "Role": "r"}
    present = {"Environment": {"Variables": {"AWS_CA_BUNDLE": str(tmp_path)}}}

    assert keep_known_paths(missing) == {"Environment": {"Variables": {"A": "1"}}, "Role": "r"}
    assert keep_known_paths(present) is present
