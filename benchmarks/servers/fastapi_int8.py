"""FastAPI around onnxruntime and dynamic int8: what a good engineer writes in forty lines."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request  # type: ignore[import-not-found, unused-ignore]

from benchmarks.servers.fastapi_wire import SentimentResponse, TextRequest
from benchmarks.servers.int8_model import load_model


@asynccontextmanager
async def open_model(app: FastAPI) -> AsyncIterator[None]:
    """Open the model once in each worker."""
    app.state.model = load_model()
    yield


app = FastAPI(lifespan=open_model)


@app.post("/predict")  # type: ignore[untyped-decorator, unused-ignore]
def predict(body: TextRequest, request: Request) -> SentimentResponse:
    """Classify one text; FastAPI runs this in its thread pool."""
    return SentimentResponse(**request.app.state.model.classify(body.text))
