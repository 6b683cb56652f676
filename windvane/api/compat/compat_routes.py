"""Routes for clients of other services; a service's module is imported at its first request."""

from windvane.api.examples import MODEL, SCORES
from windvane.api.route import Lazy, Route

RANKED = sorted(SCORES.items(), key=lambda item: -item[1])
COMPREHEND_MEDIA_TYPE = Lazy("windvane.api.compat.comprehend:MEDIA_TYPE")
PREDICT_HEADERS = (
    "x-compute-type",
    "x-compute-time",
    "x-compute-characters",
    "x-compute-tokens",
    "x-total-time",
    "x-tokenization-time",
    "x-queue-time",
    "x-inference-time",
)

COMPAT_ROUTES = (
    Route(
        method="POST",
        path="/compat/huggingface",
        handler=Lazy("windvane.api.compat.huggingface:classify"),
        is_slow=True,
        to_error=Lazy("windvane.api.compat.huggingface:to_error"),
        summary="For `huggingface_hub.InferenceClient.text_classification`",
        description="Labels best first, a list for each text. `softmax` (as without a function) "
        "gives the calibrated scores of the other routes.",
        request=Lazy("windvane.api.compat.huggingface:HuggingFaceRequest"),
        request_example={"inputs": "I love it", "parameters": {"top_k": 3}},
        response=Lazy("windvane.api.compat.huggingface:HuggingFaceAnswer"),
        response_example=[[{"label": label, "score": score} for label, score in RANKED]],
        limit_schemas=Lazy("windvane.api.compat.compat_limits:limit_huggingface"),
        foreign_errors=Lazy("windvane.api.compat.compat_errors:HUGGINGFACE_ERRORS"),
    ),
    Route(
        method="POST",
        path="/compat/comprehend",
        handler=Lazy("windvane.api.compat.comprehend:detect"),
        is_slow=True,
        to_error=Lazy("windvane.api.compat.comprehend:to_error"),
        summary='For `boto3.client("comprehend", endpoint_url=...)`',
        description="DetectSentiment and BatchDetectSentiment, by `X-Amz-Target`. English only; "
        "the signature is not looked at.",
        parameters=(Lazy("windvane.api.compat.comprehend:TARGET_PARAMETER"),),
        request=(
            Lazy("windvane.api.compat.comprehend:DetectSentimentRequest"),
            Lazy("windvane.api.compat.comprehend:BatchDetectSentimentRequest"),
        ),
        request_example={"Text": "I love it", "LanguageCode": "en"},
        request_media_type=COMPREHEND_MEDIA_TYPE,
        response=(
            Lazy("windvane.api.compat.comprehend:DetectSentimentAnswer"),
            Lazy("windvane.api.compat.comprehend:BatchDetectSentimentAnswer"),
        ),
        response_example={
            "Sentiment": "POSITIVE",
            "SentimentScore": {"Positive": 0.98, "Negative": 0.008, "Neutral": 0.012, "Mixed": 0.0},
        },
        response_media_type=COMPREHEND_MEDIA_TYPE,
        limit_schemas=Lazy("windvane.api.compat.compat_limits:limit_comprehend"),
        foreign_errors=Lazy("windvane.api.compat.compat_errors:COMPREHEND_ERRORS"),
    ),
    Route(
        method="POST",
        path="/predict",
        handler=Lazy("windvane.api.compat.text_embeddings_inference:predict"),
        is_slow=True,
        to_error=Lazy("windvane.api.compat.text_embeddings_inference:to_error"),
        summary="For clients of text-embeddings-inference",
        description="A text, or a batch as a list of lists with one text each. Longer texts are "
        "read in windows and never cut, whatever `truncate` says.",
        request=Lazy("windvane.api.compat.text_embeddings_inference:PredictRequest"),
        request_example={"inputs": [["I love it"]]},
        response=(
            Lazy("windvane.api.compat.text_embeddings_inference:PredictAnswer"),
            Lazy("windvane.api.compat.text_embeddings_inference:PredictBatchAnswer"),
        ),
        response_example=[[{"score": score, "label": label} for label, score in RANKED]],
        response_headers=PREDICT_HEADERS,
        limit_schemas=Lazy("windvane.api.compat.compat_limits:limit_predict"),
        foreign_errors=Lazy("windvane.api.compat.compat_errors:PREDICT_ERRORS"),
    ),
    Route(
        method="GET",
        path="/info",
        handler=Lazy("windvane.api.compat.text_embeddings_inference:info"),
        to_error=Lazy("windvane.api.compat.text_embeddings_inference:to_error"),
        summary="The model, for clients of text-embeddings-inference",
        response=Lazy("windvane.api.compat.text_embeddings_inference:InfoAnswer"),
        response_example={
            "model_id": MODEL["name"],
            "model_sha": MODEL["version"],
            "model_dtype": "int8",
            "model_type": {
                "classifier": {
                    "id2label": {str(i): label for i, label in enumerate(SCORES)},
                    "label2id": {label: i for i, label in enumerate(SCORES)},
                }
            },
            "max_concurrent_requests": 2,
            "max_input_length": 256,
            "max_batch_tokens": 256,
            "max_batch_requests": 1,
            "max_client_batch_size": 100,
            "auto_truncate": False,
            "tokenization_workers": 2,
            "version": MODEL["version"],
            "sha": None,
            "docker_label": None,
        },
        foreign_errors=Lazy("windvane.api.compat.compat_errors:INFO_ERRORS"),
    ),
)
