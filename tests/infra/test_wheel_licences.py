"""Licences of installed wheels, in the places where wheels have had them."""

from pathlib import Path

import pytest

from infra.wheel_licences import keep_licences
from infra.wheel_trim import trim_wheels

METADATA = """\
Metadata-Version: 2.1
Name: small
Version: 1.0
Summary: left out
License: BSD, see
        the file
Classifier: License :: OSI Approved :: BSD License
Classifier: Typing :: Typed
License-File: LICENSE

License: only in the description
"""


@pytest.fixture
def information(tmp_path: Path) -> Path:
    folder = tmp_path / "small-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(METADATA)
    (folder / "RECORD").touch()
    return folder


@pytest.mark.parametrize(
    ("file", "kept"),
    [
        ("LICENSE", "LICENSE"),
        ("LICENCE.md", "LICENCE.md"),
        ("COPYING.LESSER", "COPYING.LESSER"),
        ("NOTICE", "NOTICE"),
        ("licenses/vendored/LICENSE.txt", "vendored/LICENSE.txt"),
        ("licenses/AUTHORS", "AUTHORS"),
    ],
)
def test_keep_licences_copies_files_that_the_trim_removes(
    tmp_path: Path, information: Path, file: str, kept: str
) -> None:
    (information / file).parent.mkdir(exist_ok=True, parents=True)
    (information / file).write_text("May be used.")

    keep_licences(tmp_path)
    trim_wheels(tmp_path)

    assert not information.exists()
    folder = tmp_path / "licenses" / "small-1.0"
    assert (folder / kept).read_text() == "May be used."
    assert {path.name for path in folder.rglob("*") if path.is_file()} == {
        "METADATA",
        Path(kept).name,
    }


def test_keep_licences_keeps_the_licence_fields_alone(tmp_path: Path, information: Path) -> None:
    keep_licences(tmp_path)

    assert (tmp_path / "licenses" / "small-1.0" / "METADATA").read_text() == (
        "Metadata-Version: 2.1\nName: small\nVersion: 1.0\n"
        "License: BSD, see\n        the file\nLicense-File: LICENSE\n"
        "Classifier: License :: OSI Approved :: BSD License\n"
    )
