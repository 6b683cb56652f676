"""The app of most tutorials: ``python -m benchmarks.servers.flask_app CHECKPOINT PORT``.

Flask's own server with a ``transformers`` pipeline behind one route.
"""

import sys

from flask import (  # type: ignore[import-not-found, unused-ignore]
    Flask,
    Response,
    jsonify,
    request,
)
from transformers import pipeline

app = Flask(__name__)


@app.post("/predict")  # type: ignore[untyped-decorator, unused-ignore]
def predict() -> Response:
    """Return the label and the score of one text."""
    text = request.get_json()["text"]
    result = app.config["CLASSIFIER"](text)[0]
    return jsonify(sentiment=result["label"], score=result["score"])


if __name__ == "__main__":
    # The checkpoint is stored in float16, which is slow on a CPU; models of the hub are in float32.
    app.config["CLASSIFIER"] = pipeline(
        "text-classification", model=sys.argv[1], device="cpu", dtype="float32"
    )
    app.run(host="127.0.0.1", port=int(sys.argv[2]))
