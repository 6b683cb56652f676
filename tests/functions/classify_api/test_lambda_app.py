import json
import re
from pathlib import Path

import pytest
from aws_lambda_powertools.event_handler import APIGatewayRestResolver

from tests.functions.classify_api.lambda_process import start_lambda_app
from tests.log_lines import LogLines
from tests.moto_server import KEYS
from tests.windvane.api.clients import JSON_TYPE, LambdaClient, post_json
from tests.windvane.api.events import build_rest_event
from tests.windvane.api.fake_classifier import BrokenClassifier
from tests.windvane.api.lambda_context import FakeLambdaContext
from tests.windvane.aws.fake_aws import find_closed_port
from windvane.api.routes import build_routes
from windvane.api.routing import build_router
from windvane.aws.errors import AwsSetupError
from windvane.inference.bundle import load_bundle
from windvane.inference.classifier import Classifier
from windvane.inference.errors import BundleNotFoundError, ModelRunError
from windvane.result_log.errors import ResultLogUriError
from windvane.settings import Settings
from windvane.settings_values import SettingsError

GATEWAYS_ID = build_rest_event("GET", "/")["requestContext"]["requestId"]


def test_lambda_app_lets_an_error_of_our_own_fail_the_invocation() -> None:
    app = APIGatewayRestResolver()
    settings = Settings(bundle_uri="", threads=1)
    app.include_router(build_router(build_routes(BrokenClassifier, settings)))

    with pytest.raises(ModelRunError):
        post_json(LambdaClient(app), "/sentiment", {"text": "good"})


def test_lambda_app_logs_what_it_opened(
    environ: dict[str, str], tiny_bundle: Path, log_lines: LogLines
) -> None:
    start_lambda_app(environ)

    [line] = log_lines()
    manifest = load_bundle(tiny_bundle).manifest
    assert (line["message"], line["level"]) == ("model loaded", "INFO")
    assert (line["model"], line["version"]) == (manifest.name, manifest.version)
    assert line["threads"] == 2


@pytest.mark.parametrize("store_text", ["none", "hash", "full"])
def test_lambda_app_never_writes_a_text(
    environ: dict[str, str],
    store_text: str,
    log_lines: LogLines,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("POWERTOOLS_DEV", "true")
    lost = {
        "WINDVANE_RESULT_LOG_URI": "dynamodb://lost",
        "WINDVANE_STORE_TEXT": store_text,
        "AWS_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL": find_closed_port(),
    }
    client = LambdaClient(start_lambda_app({**environ, **KEYS, **lost}))

    response = post_json(client, "/sentiment", {"text": "good xyzzy"})

    lines = log_lines()
    assert response.json["logged"] is False
    assert [line["message"] for line in lines] == ["model loaded", "result not logged"]
    assert "xyzzy" not in json.dumps(lines)
    assert "xyzzy" not in "".join(capfd.readouterr())


def test_lambda_app_counts_one_cold_start_and_every_answer(
    environ: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    client = LambdaClient(start_lambda_app({**environ, "AWS_LAMBDA_FUNCTION_NAME": "windvane-dev"}))

    client.send("GET", "/health")
    post_json(client, "/sentiment", {"text": "good"})
    post_json(client, "/v1/classify", {"texts": ["good", "", "bad"]})
    post_json(client, "/v1/classify", {"texts": [""]})

    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    counted = [line for line in printed if "_aws" in line]
    assert [line.get("ColdStart") for line in counted] == [[1.0], None, None]
    assert [line.get("Texts") for line in counted] == [None, [1.0], [2.0]]
    assert {line["function"] for line in counted} == {"windvane-dev"}


def test_lambda_app_names_the_request_in_its_metrics_and_answer(
    environ: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    client = LambdaClient(start_lambda_app(environ))

    response = post_json(client, "/sentiment", {"text": "good"})

    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    named = {line["correlation_id"] for line in printed if "_aws" in line}
    assert named == {GATEWAYS_ID} == {response.headers["x-correlation-id"]}


def test_lambda_app_names_the_request_that_failed(
    environ: dict[str, str], log_lines: LogLines, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = start_lambda_app(environ)
    monkeypatch.setattr(Classifier, "classify", BrokenClassifier.classify)
    event = build_rest_event("POST", "/sentiment", b'{"text": "good"}', JSON_TYPE)

    with pytest.raises(ModelRunError):
        app.resolve(event, None)

    line = log_lines()[-1]
    assert (line["message"], line["error"]) == ("request failed", "ModelRunError")
    assert line["correlation_id"] == GATEWAYS_ID


@pytest.mark.parametrize(
    ("wrong", "error", "named"),
    [
        ({"WINDVANE_THREADS": "many"}, SettingsError, "WINDVANE_THREADS"),
        ({"WINDVANE_BUNDLE_URI": "/nowhere"}, BundleNotFoundError, r"manifest\.json"),
        ({"WINDVANE_RESULT_LOG_URI": "redis://a"}, ResultLogUriError, "WINDVANE_RESULT_LOG_URI"),
        ({"WINDVANE_RESULT_LOG_URI": "dynamodb://a"}, AwsSetupError, "AWS_REGION"),
    ],
    ids=["setting", "bundle", "log", "region"],
)
def test_lambda_app_does_not_start_where_something_is_wrong(
    environ: dict[str, str], wrong: dict[str, str], error: type[Exception], named: str
) -> None:
    with pytest.raises(error, match=named):
        start_lambda_app({**environ, **wrong})


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/text/health", 200),
        ("/text/v1/model/", 200),
        ("/text", 200),
        ("/text/", 200),
        ("/health", 200),  # the API's own endpoint, or the release check
        ("/text/text/health", 404),
        ("/texts/health", 404),
        ("/text/nope", 404),
    ],
)
def test_lambda_app_takes_the_base_path_of_a_domain_off(
    environ: dict[str, str], path: str, status: int
) -> None:
    app = start_lambda_app({**environ, "WINDVANE_BASE_PATH": "text"})

    response = app.resolve(build_rest_event("GET", path), FakeLambdaContext())

    assert response["statusCode"] == status


def test_page_below_a_base_path_finds_its_files(environ: dict[str, str]) -> None:
    app = start_lambda_app({**environ, "WINDVANE_BASE_PATH": "text"})
    event = build_rest_event("GET", "/text/")
    event["requestContext"]["path"] = "/text/"  # a domain has no stage before it

    response = app.resolve(event, FakeLambdaContext())

    [base] = re.findall('<base href="([^"]*)">', response["body"])
    assert base == "/text/"
