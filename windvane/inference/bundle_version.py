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


def contents_version_of_manifest(
    manifest: Mapping[str, Any], files: Mapping[str, FileRecord]
) -> str:
    """Hash the contents that a manifest names.

    Args:
        manifest: The manifest's JSON, decoded but not checked.
        files: Its records.

    Raises:
        ValueError: A field is missing, out of bounds, or of another type.
    """
    try:
        offsets = manifest["offsets"]["values"] if manifest.get("offsets") else None
        temperature = manifest.get("temperature", 1.0)
        if any(type(number) not in {int, float} for number in (temperature, *(offsets or ()))):
            raise ValueError("temperature or an offset is no number")
        return contents_version(
            files,
            manifest["id2label"],
            temperature,
            offsets,
            window_tokens=manifest.get("window_tokens"),
        )
    except (AttributeError, KeyError, OverflowError, TypeError) as error:
        raise ValueError("it does not say what its version is made of") from error
