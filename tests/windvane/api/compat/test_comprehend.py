"""boto3's own Comprehend client, spoken to over HTTP."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.console.gateway import KEY, run_gateway
from tests.functions.classify_api.lambda_process import start_lambda_app
from tests.windvane.api.clients import Answer, Client, LambdaClient
from tests.windvane.api.compat.broken_apps import REFUSALS, build_app
from tests.windvane.api.fake_classifier import MANIFEST, FakeClassifier
from windvane.inference.predictions import Prediction
from windvane.inference.step_times import StepTimes

PATH = "/compat/comprehend"
PRIVATE = "xyzzy-private"
DETECT = "Comprehend_20171127.DetectSentiment"
BATCH = "Comprehend_20171127.BatchDetectSentiment"
AMZ_JSON = "application/x-amz-json-1.1"


def connect(url: str, *, attempts: int = 1) -> Any:
    """Make boto3's client; it adds the key as README says."""
    client = boto3.client(
        "comprehend",
        endpoint_url=f"{url}{PATH}",
        region_name="eu-west-1",
        aws_access_key_id="any",
        aws_secret_access_key="any",  # noqa: S106 - no real one
        config=Config(retries={"total_max_attempts": attempts}),
    )
    client.meta.events.register(
        "before-sign.comprehend",
        lambda request, **_: request.headers.add_header("x-api-key", KEY),
    )
    return client


@pytest.fixture(scope="module")
def local(local_url: str) -> Any:
    return connect(local_url)


@pytest.fixture(scope="module")
def deployed(environ: dict[str, str]) -> Iterator[Any]:
    with run_gateway(start_lambda_app(environ)) as url:
        yield connect(url)


@pytest.fixture(params=["local", "deployed"])
def comprehend(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


def _send(
    client: Client, target: str, value: object, *, path: str = PATH, media_type: str = AMZ_JSON
) -> Answer:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return client.send("POST", path, body, {"Content-Type": media_type, "X-Amz-Target": target})


@pytest.mark.parametrize(
    ("text", "sentiment"), [("good", "POSITIVE"), ("bad", "NEGATIVE"), ("table", "NEUTRAL")]
)
def test_client_detects_sentiment(comprehend: Any, text: str, sentiment: str) -> None:
    answer = comprehend.detect_sentiment(Text=text, LanguageCode="en")

    scores = answer["SentimentScore"]
    assert answer["Sentiment"] == sentiment
    assert set(scores) == {"Positive", "Negative", "Neutral", "Mixed"}
    assert max(scores, key=scores.get).upper() == sentiment
    assert sum(scores.values()) == pytest.approx(1, abs=1e-5)
    assert answer["ResponseMetadata"]["RequestId"]


def test_client_detects_a_batch(comprehend: Any) -> None:
    texts = ["good", " ", "bad", "x" * 5001, "table"]

    answer = comprehend.batch_detect_sentiment(TextList=texts, LanguageCode="en")

    assert [(item["Index"], item["Sentiment"]) for item in answer["ResultList"]] == [
        (0, "POSITIVE"),
        (2, "NEGATIVE"),
        (4, "NEUTRAL"),
    ]
    assert [(item["Index"], item["ErrorCode"]) for item in answer["ErrorList"]] == [
        (1, "InvalidRequestException"),
        (3, "TextSizeLimitExceededException"),
    ]


def test_client_gets_both_lists_always(comprehend: Any) -> None:
    fine = comprehend.batch_detect_sentiment(TextList=["good"] * 25, LanguageCode="en")
    bad = comprehend.batch_detect_sentiment(TextList=[" "], LanguageCode="en")

    assert (len(fine["ResultList"]), fine["ErrorList"]) == (25, [])
    assert (bad["ResultList"], len(bad["ErrorList"])) == ([], 1)


@pytest.mark.parametrize("text", ["x" * 5001, "é" * 2501], ids=["ascii", "two-bytes-each"])
def test_client_raises_that_a_text_is_too_long(comprehend: Any, text: str) -> None:
    with pytest.raises(comprehend.exceptions.TextSizeLimitExceededException, match="5000 bytes"):
        comprehend.detect_sentiment(Text=text, LanguageCode="en")


def test_client_may_send_as_many_bytes_as_comprehend_takes(comprehend: Any) -> None:
    text = ("good " * 1000).ljust(5000)

    assert comprehend.detect_sentiment(Text=text, LanguageCode="en")["Sentiment"] == "POSITIVE"


def test_client_raises_that_a_batch_is_too_large(comprehend: Any) -> None:
    with pytest.raises(comprehend.exceptions.BatchSizeLimitExceededException, match="25 texts"):
        comprehend.batch_detect_sentiment(TextList=["good"] * 26, LanguageCode="en")


@pytest.mark.parametrize("language", ["de", "zh-TW"])
def test_client_raises_that_the_model_does_not_know_the_language(
    comprehend: Any, language: str
) -> None:
    with pytest.raises(comprehend.exceptions.UnsupportedLanguageException, match="en"):
        comprehend.detect_sentiment(Text="gut", LanguageCode=language)


def test_client_raises_that_a_text_is_blank(comprehend: Any) -> None:
    with pytest.raises(comprehend.exceptions.InvalidRequestException, match="not blank"):
        comprehend.detect_sentiment(Text=" ", LanguageCode="en")


def test_client_raises_that_an_operation_is_not_known(comprehend: Any) -> None:
    with pytest.raises(ClientError) as caught:
        comprehend.detect_dominant_language(Text=PRIVATE)

    assert caught.value.response["Error"]["Code"] == "UnknownOperationException"
    assert PRIVATE not in str(caught.value)


@pytest.mark.parametrize(
    ("state", "code"),
    [("not-ready", "ServiceUnavailableException"), ("overloaded", "ThrottlingException")],
)
def test_client_tries_again_where_the_server_cannot_answer(state: str, code: str) -> None:
    asked = []

    def get_classifier() -> Any:
        asked.append(state)
        return REFUSALS[state]() if len(asked) == 1 else ENGLISH

    with run_gateway(build_app(get_classifier)) as url:
        answer = connect(url, attempts=2).detect_sentiment(Text="good", LanguageCode="en")

        asked.clear()
        with pytest.raises(ClientError) as caught:
            connect(url).detect_sentiment(Text="good", LanguageCode="en")

    assert answer["ResponseMetadata"]["RetryAttempts"] == 1
    assert caught.value.response["Error"]["Code"] == code


ENGLISH = FakeClassifier()


def test_path_may_end_in_a_slash(client: Client) -> None:
    asked = {"Text": "good", "LanguageCode": "en"}

    answer = _send(client, DETECT, asked, path=f"{PATH}/")

    assert answer.status == 200
    assert answer.headers["content-type"] == AMZ_JSON
    assert answer.headers["x-amzn-requestid"] == answer.headers["x-correlation-id"]


def test_label_that_the_model_has_not_scores_nothing() -> None:
    client = LambdaClient(build_app(FakeClassifier))

    answer = _send(client, DETECT, {"Text": "good", "LanguageCode": "en"})

    assert set(MANIFEST.labels) == {"positive", "negative"}
    assert answer.json["SentimentScore"]["Neutral"] == 0


class StarClassifier(FakeClassifier):
    """Has labels that are no sentiments."""

    def classify(self, texts: Sequence[str], times: StepTimes | None = None) -> list[Prediction]:
        return [Prediction("5 stars", 0.9, {"1 star": 0.1, "5 stars": 0.9}, 3, 1) for _ in texts]


def test_model_whose_labels_are_no_sentiments_is_refused() -> None:
    client = LambdaClient(build_app(StarClassifier))

    answer = _send(client, DETECT, {"Text": "good", "LanguageCode": "en"})

    assert (answer.status, answer.json["__type"]) == (400, "InvalidRequestException")
    assert answer.json["Message"] == "The rule for model is: one whose labels are sentiments."


BAD: dict[str, tuple[str, object, str]] = {
    "no-text": (DETECT, {"LanguageCode": "en"}, "InvalidRequestException"),
    "no-language": (DETECT, {"Text": PRIVATE}, "InvalidRequestException"),
    "number": (DETECT, {"Text": 3, "LanguageCode": "en"}, "InvalidRequestException"),
    "no-texts": (BATCH, {"TextList": [], "LanguageCode": "en"}, "InvalidRequestException"),
    "malformed": (DETECT, b'{"Text": "xyzzy-private', "SerializationException"),
    "no-target": ("", {"Text": PRIVATE, "LanguageCode": "en"}, "UnknownOperationException"),
}


@pytest.mark.parametrize(("target", "asked", "code"), BAD.values(), ids=BAD)
def test_bad_request_is_named_in_awss_form(
    client: Client, target: str, asked: object, code: str
) -> None:
    answer = _send(client, target, asked)

    assert (answer.status, answer.json["__type"]) == (400, code)
    assert answer.headers["content-type"] == AMZ_JSON
    assert PRIVATE not in answer.body


def test_every_other_error_has_awss_form(client: Client) -> None:
    other_type = _send(client, DETECT, {}, media_type="text/plain")
    too_large = _send(client, DETECT, b" " * 6_291_457)
    other_method = client.send("GET", PATH)

    assert [answer.status for answer in (other_type, too_large, other_method)] == [400, 413, 405]
    assert all(
        set(answer.json) == {"__type", "Message"}
        for answer in (other_type, too_large, other_method)
    )


def test_answers_are_recorded(recording_client: Client) -> None:
    _send(recording_client, DETECT, {"Text": "good", "LanguageCode": "en"})

    [record] = recording_client.send("GET", "/v1/results?limit=1").json["results"]

    assert record["route"] == PATH
