"""From a Hugging Face checkpoint to a verified bundle; the only place that needs torch."""

import windvane  # noqa: F401  which switches onnxruntime's telemetry off
