"""``python -m windvane.api.openapi FILE``: write the OpenAPI document of the default settings."""

import json
import sys
from pathlib import Path

from windvane.api.openapi.document import build_openapi
from windvane.inference.manifest import read_manifest
from windvane.settings import load_settings


def write_openapi(path: Path) -> None:
    """Write the document of the default settings and the default model, indented."""
    settings = load_settings({})
    labels = read_manifest(Path(settings.bundle_uri)).labels
    document = build_openapi(settings, labels)
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_openapi(Path(sys.argv[1]))
