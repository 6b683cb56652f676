"""The version of a bundle.

Standard library only, as `windvane.inference.bundle_files` and for the same reasons.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from windvane.inference.bundle_files import FileRecord


def contents_version(
    files: Mapping[str, FileRecord],
    id2label: Mapping[int, str],
    temperature: float,
    offsets: Sequence[float] | None = None,
    *,
    window_tokens: int | None = None,
) -> str:
    """Hash everything that determines a prediction: files, labels, their adjustment, windows.

    Returns:
        The first 12 hexadecimal digits of a sha256.
    """
    contents: dict[str, Any] = {
        "files": {name: record.sha256 for name, record in files.items()},
        "id2label": {str(i): label for i, label in id2label.items()},
        "temperature": float(temperature),
    }
    if offsets:
        contents["offsets"] = [float(value) for value in offsets]
    if window_tokens is not None:
        contents["window_tokens"] = window_tokens
    canonical = json.dumps(contents, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def version_of_contents(manifest: Mapping[str, Any], files: Mapping[str, FileRecord]) -> str:
    """Hash the contents that a manifest names.

    Args:
        manifest: The manifest's JSON, decoded but not checked.
        files: Its records.

    Raises:
        AttributeError, KeyError, OverflowError, TypeError or ValueError: A field is missing, out of
            bounds, or of another type.
    """
    offsets = manifest.get("offsets")
    temperature = manifest.get("temperature", 1.0)
    for number in (temperature, *(offsets["values"] if offsets else ())):
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise TypeError(f"{type(number).__name__} is no number")
    return contents_version(
        files,
        manifest["id2label"],
        temperature,
        offsets and offsets["values"],
        window_tokens=manifest.get("window_tokens"),
    )
