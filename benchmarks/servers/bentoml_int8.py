"""BentoML around the dynamic int8 model, started by ``bentoml serve``."""

import os
from typing import Any

import bentoml  # type: ignore[import-not-found, unused-ignore]

from benchmarks.servers.int8_model import load_model


@bentoml.service(workers=int(os.environ.get("BENTO_WORKERS", "1")))
class Sentiment:
    """One model in each worker process."""

    def __init__(self) -> None:
        self.model = load_model()

    @bentoml.api  # type: ignore[untyped-decorator, unused-ignore]
    def predict(self, text: str) -> dict[str, Any]:
        """Classify one text."""
        return self.model.classify(text)
