"""FastAPI around `windvane.inference`: the same forty lines with our core."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request  # type: ignore[import-not-found, unused-ignore]

from benchmarks.servers.fastapi_wire import SentimentResponse, TextRequest
from windvane import load_classifier


@asynccontextmanager
async def open_classifier(app: FastAPI) -> AsyncIterator[None]:
    """Open the shipped bundle."""
    with load_classifier(threads=int(os.environ["WINDVANE_THREADS"])) as classifier:
        app.state.classifier = classifier
        yield


app = FastAPI(lifespan=open_classifier)


@app.post("/predict")  # type: ignore[untyped-decorator, unused-ignore]
def predict(body: TextRequest, request: Request) -> SentimentResponse:
    """Classify one text; FastAPI runs this in its thread pool."""
    [prediction] = request.app.state.classifier.classify([body.text])
    return SentimentResponse(
        label=prediction.label, score=prediction.score, scores=prediction.scores
    )
