import importlib
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from functions.shadow.shadow_app import EventError, ShadowApp
from tests.moto_server import MotoServer
from tests.windvane.api.lambda_context import FakeLambdaContext
from tests.windvane.result_log.records import MOTO_SECONDS
from tests.windvane.shadow.shadow_records import make_shadowed
from windvane.facts import MetricName
from windvane.inference.manifest import read_manifest
from windvane.result_log.errors import ResultLogUnavailableError
from windvane.result_log.result_id import read_created_ms
from windvane.shadow import dynamodb_shadow_log
from windvane.shadow.dynamodb_shadow_log import DynamoDbShadowLog
from windvane.shadow.shadow_record import ShadowedText, ShadowEvent

TEXT = "good but secret"


@pytest.fixture
def shadow_environ(
    moto_server: MotoServer, tiny_bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    monkeypatch.setattr(dynamodb_shadow_log, "WRITE_SECONDS", MOTO_SECONDS)
    return {
        **moto_server.environ,
        "AWS_LAMBDA_FUNCTION_NAME": "windvane-dev-shadow",
        "WINDVANE_BUNDLE_URI": str(tiny_bundle),
        "WINDVANE_RESULT_LOG_URI": f"dynamodb://{moto_server.make_result_table()}",
    }


def to_event(*shadowed: ShadowedText) -> Any:
    return json.loads(msgspec.json.encode(ShadowEvent(shadowed)))


def read_written(environ: dict[str, str], one: ShadowedText) -> list[Any]:
    log = DynamoDbShadowLog(environ["WINDVANE_RESULT_LOG_URI"].rpartition("/")[2], environ)
    created = read_created_ms(one.result_id)
    return [record for day in log.read_days(created, created + 1) for record in day]


def test_app_answers_records_and_counts(
    shadow_environ: dict[str, str], tiny_bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    agreed, disagreed = make_shadowed(TEXT), make_shadowed(TEXT, "negative")

    ShadowApp(shadow_environ).answer(to_event(agreed, disagreed))

    [record] = [r for r in read_written(shadow_environ, agreed) if r.result_id == agreed.result_id]
    assert record.challenger == read_manifest(tiny_bundle).model_id
    assert record.challenger_label == "positive"
    printed = capsys.readouterr().out
    counts = json.loads(printed.splitlines()[-1])
    assert counts[MetricName.SHADOW_TEXTS] == [2]
    assert counts[MetricName.SHADOW_DISAGREEMENTS] == [1]
    assert counts["function"] == "windvane-dev-shadow"
    assert TEXT not in printed


@pytest.mark.parametrize(
    "event", [None, {}, {"text": TEXT}, {"shadowed": [{"text": TEXT}]}, {"shadowed": TEXT}]
)
def test_app_refuses_another_event_without_repeating_it(
    shadow_environ: dict[str, str], event: Any
) -> None:
    with pytest.raises(EventError) as refused:
        ShadowApp(shadow_environ).answer(event)

    assert TEXT not in str(refused.value)
    assert refused.value.__cause__ is None


def test_app_fails_where_its_answers_cannot_be_recorded(shadow_environ: dict[str, str]) -> None:
    lost = {**shadow_environ, "WINDVANE_RESULT_LOG_URI": "dynamodb://lost"}

    with pytest.raises(ResultLogUnavailableError):
        ShadowApp(lost).answer(to_event(make_shadowed("good")))


@pytest.fixture
def handler(shadow_environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Any:
    for name, value in shadow_environ.items():
        monkeypatch.setenv(name, value)
    module = importlib.import_module("functions.shadow.handler")
    return importlib.reload(module).handler


def test_handler_answers_an_event(handler: Any, shadow_environ: dict[str, str]) -> None:
    one = make_shadowed("bad")

    assert handler(to_event(one), FakeLambdaContext()) is None

    assert one.result_id in {record.result_id for record in read_written(shadow_environ, one)}
