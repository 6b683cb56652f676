import windvane  # noqa: F401  which switches onnxruntime's telemetry off
