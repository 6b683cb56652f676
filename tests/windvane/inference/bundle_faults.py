"""Ways to spoil a bundle."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from windvane.facts import MANIFEST_FILE
from windvane.inference.manifest import Manifest, renew_version


def edit_manifest(bundle: Path, **fields: Any) -> None:
    """Set fields of the manifest, whatever the rules say; the version follows if it can."""
    manifest = json.loads((bundle / MANIFEST_FILE).read_text(encoding="utf-8")) | fields
    if "version" not in fields:
        with suppress(msgspec.ValidationError):
            renewed = renew_version(msgspec.convert(manifest, Manifest, strict=False))
            manifest["version"] = renewed.version
    (bundle / MANIFEST_FILE).write_text(json.dumps(manifest), encoding="utf-8")


def forget_field(bundle: Path, name: str) -> None:
    """Take a field out of the manifest."""
    manifest = json.loads((bundle / MANIFEST_FILE).read_text(encoding="utf-8"))
    del manifest[name]
    (bundle / MANIFEST_FILE).write_text(json.dumps(manifest), encoding="utf-8")


def read_file_records(bundle: Path) -> dict[str, Any]:
    """Read what the manifest says of the files."""
    manifest = json.loads((bundle / MANIFEST_FILE).read_text(encoding="utf-8"))
    records: dict[str, Any] = manifest["files"]
    return records


def flip_last_bit(file: Path) -> None:
    """Change one bit, and not the length."""
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)


def cut_short(file: Path) -> None:
    """Leave the first half."""
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])
