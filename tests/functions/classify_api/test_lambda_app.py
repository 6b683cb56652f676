import json
from pathlib import Path

import pytest
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.classify_api.lambda_app import build_lambda_app
from functions.classify_api.routes import ClassifyApi, build_routes
from functions.inference.errors import BundleNotFoundError, ModelRunError
from functions.settings import Settings, SettingsError
from tests.functions.classify_api.clients import JSON_TYPE, LambdaClient, post_json
from tests.functions.classify_api.events import build_rest_event
from tests.functions.classify_api.fake_classifier import BrokenClassifier


def test_lambda_app_lets_an_error_of_our_own_fail_the_invocation() -> None:
    app = APIGatewayRestResolver()
    settings = Settings(bundle_uri="", threads=1)
    app.include_router(build_routes(ClassifyApi(BrokenClassifier, settings)))

    with pytest.raises(ModelRunError):
        post_json(LambdaClient(app), "/sentiment", {"text": "good"})


def test_lambda_app_logs_the_version_and_never_a_text(
    tiny_bundle: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POWERTOOLS_DEV", "true")
    app = build_lambda_app({"WINDVANE_BUNDLE_URI": str(tiny_bundle), "WINDVANE_THREADS": "1"})
    event = build_rest_event("POST", "/sentiment", b'{"text": "good xyzzy"}', JSON_TYPE)

    answer = app.resolve(event, LambdaContext())

    printed = "".join(capfd.readouterr())
    assert json.loads(answer["body"])["sentiment"] == "positive"
    assert "xyzzy" not in printed


def test_lambda_app_does_not_start_on_a_bad_setting(tiny_bundle: Path) -> None:
    with pytest.raises(SettingsError, match="WINDVANE_THREADS"):
        build_lambda_app({"WINDVANE_BUNDLE_URI": str(tiny_bundle), "WINDVANE_THREADS": "many"})


def test_lambda_app_does_not_start_without_a_bundle(tmp_path: Path) -> None:
    with pytest.raises(BundleNotFoundError, match=r"manifest\.json"):
        build_lambda_app({"WINDVANE_BUNDLE_URI": str(tmp_path)})
