"""LitServe around dynamic int8: ``python -m benchmarks.servers.litserve_int8 PORT WORKERS``."""

import sys
from typing import Any

import litserve  # type: ignore[import-not-found, unused-ignore]

from benchmarks.servers.int8_model import load_model


class SentimentApi(litserve.LitAPI):  # type: ignore[misc, unused-ignore]
    """One model in each worker process."""

    def setup(self, device: str) -> None:
        """Open the model."""
        self.model = load_model()

    def decode_request(self, request: dict[str, str]) -> str:
        """Take the text out of the body."""
        return request["text"]

    def predict(self, text: str) -> dict[str, Any]:
        """Classify it."""
        return self.model.classify(text)

    def encode_response(self, prediction: dict[str, Any]) -> dict[str, Any]:
        """Answer with label and scores."""
        return prediction


if __name__ == "__main__":
    server = litserve.LitServer(
        SentimentApi(), accelerator="cpu", workers_per_device=int(sys.argv[2])
    )
    server.run(
        host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", generate_client_file=False
    )
