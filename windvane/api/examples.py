"""Values that the examples of several routes share."""

MODEL = {"name": "sentiment-minilm", "version": "3f9c0d5e81a2"}
MODEL_ID = f"{MODEL['name']}@{MODEL['version']}"
RESULT_ID = "019aadd3-5a4f-7c1e-9d02-6b1f0a7c5e48"
JOB_ID = "7c9e6679f3f14b0c8a2d5e1b9c4f7a20"
SCORES = {"negative": 0.008, "neutral": 0.012, "positive": 0.98}
