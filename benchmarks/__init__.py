"""Windvane measured side by side with its peers: one command, one run, one table."""

import windvane  # noqa: F401  which switches onnxruntime's telemetry off
