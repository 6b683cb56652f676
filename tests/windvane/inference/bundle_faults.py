"""Ways to spoil a bundle."""

import json
from pathlib import Path
from typing import Any

from windvane.facts import MANIFEST_FILE


def edit_manifest(bundle: Path, **fields: Any) -> None:
    """Set fields of the manifest, whatever the rules say."""
    manifest = json.loads((bundle / MANIFEST_FILE).read_text(encoding="utf-8"))
    text = json.dumps({**manifest, **fields})
    (bundle / MANIFEST_FILE).write_text(text, encoding="utf-8")


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
