"""The licences of the package's wheels, kept while their ``*.dist-info`` is trimmed away.

``licenses/<name>-<version>/`` holds each distribution's licence files as the wheel has them, and a
``METADATA`` with its name, version and licence fields alone. What a wheel keeps beside its modules
(onnxruntime's ``ThirdPartyNotices.txt``) stays where it is.
"""

from email.message import Message
from email.parser import HeaderParser
from pathlib import Path

FOLDER = "licenses"
FIELDS = ("Metadata-Version", "Name", "Version", "License-Expression", "License", "License-File")
CLASSIFIER = "Classifier"
LICENCE_CLASSIFIER = "License :: "
LICENCE_FILES = ("licenses/**/*", *(f"{word}*" for word in ("LICEN[CS]E", "COPYING", "NOTICE")))
"""Where wheels have them: PEP 639's folder, and beside METADATA in older ones."""


def keep_licences(site_packages: Path) -> None:
    """Copy the licences of every distribution in a folder into its ``licenses/``."""
    for information in sorted(site_packages.glob("*.dist-info")):
        target = site_packages / FOLDER / information.stem
        target.mkdir(parents=True)
        metadata = HeaderParser().parsestr((information / "METADATA").read_text("utf-8"))
        (target / "METADATA").write_text(_keep_licence_fields(metadata), "utf-8")
        for file in list_licence_files(information):
            copy = target / file.relative_to(information).as_posix().removeprefix("licenses/")
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())


def list_licence_files(information: Path) -> list[Path]:
    """List the licence files of a ``*.dist-info``."""
    matches = {path for pattern in LICENCE_FILES for path in information.glob(pattern)}
    return sorted(path for path in matches if path.is_file())


def _keep_licence_fields(metadata: Message) -> str:
    lines = [f"{name}: {value}" for name, value in metadata.items() if name in FIELDS]
    lines += [
        f"{CLASSIFIER}: {value}"
        for value in metadata.get_all(CLASSIFIER, [])
        if value.startswith(LICENCE_CLASSIFIER)
    ]
    return "\n".join(lines) + "\n"
