"""Exports a Hugging Face checkpoint as a verified bundle; needs torch."""

import windvane  # noqa: F401  switches onnxruntime's telemetry off
