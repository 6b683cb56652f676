"""The package under AWS's runtime emulator, in the environment of the synthesized template."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.e2e.deployment import Deployment
from tests.e2e.emulator import CPUS, FunctionEmulator, can_hide_cpus, list_descendants
from tests.moto_server import MotoServer
from tests.windvane.api.events import build_rest_event

SECONDS_A_DAY = 86_400


def test_function_answers_with_the_bundle_of_its_deployment(
    function: FunctionEmulator, shipped_bundle: Path
) -> None:
    manifest = json.loads((shipped_bundle / "manifest.json").read_text())

    answer = function.request("GET", "/health")

    assert answer.status == 200
    assert answer.body["model"] == f"{manifest['name']}@{manifest['version']}"


def test_function_keeps_its_answer_in_the_table_of_the_stack(
    function: FunctionEmulator, deployment: Deployment, moto_server: MotoServer
) -> None:
    now = time.time()
    days = int(deployment.environ["WINDVANE_RETENTION_DAYS"])

    answer = function.request("POST", "/sentiment", {"text": "I love it"})

    item = find_item(moto_server, deployment, answer.body["result_id"])
    assert answer.body["sentiment"] == "positive"
    assert answer.body["logged"] is True
    assert item["label"] == {"S": "positive"}
    assert float(item["score"]["N"]) == answer.body["score"]
    assert item["model"] == {"S": answer.body["model"]}
    assert "text" not in item
    expires_at = float(item[deployment.ttl_attribute]["N"])
    assert expires_at == pytest.approx(now + days * SECONDS_A_DAY, abs=60)


def find_item(
    moto_server: MotoServer, deployment: Deployment, result_id: str
) -> dict[str, dict[str, str]]:
    items = moto_server.dynamodb.scan(TableName=deployment.table)["Items"]
    [found] = [item for item in items if item["result_id"] == {"S": result_id}]
    kept: dict[str, dict[str, str]] = found
    return kept


def test_function_looks_up_what_it_has_answered(function: FunctionEmulator) -> None:
    texts = ["This is dreadful.", "The meeting is on Tuesday at noon."]

    answer = function.request("POST", "/v1/classify", {"texts": texts})

    assert len(answer.body["results"]) == len(texts)
    for result in answer.body["results"]:
        found = function.request("GET", f"/v1/results/{result['result_id']}")
        assert found.status == 200
        assert found.body["label"] == result["label"]
        assert found.body["route"] == "/v1/classify"


def test_function_keeps_more_results_than_one_call_to_dynamodb_takes(
    function: FunctionEmulator,
) -> None:
    answer = function.request("POST", "/v1/classify", {"texts": ["I love it"] * 100})

    ids = {result["result_id"] for result in answer.body["results"]}
    assert all(result["logged"] for result in answer.body["results"])
    assert len(ids) == 100
    assert function.request("GET", f"/v1/results/{max(ids)}").status == 200


def test_function_lists_and_corrects_what_it_has_answered(function: FunctionEmulator) -> None:
    today = datetime.now(UTC).date()
    texts = ["This is dreadful.", "I love it"]
    answered = function.request("POST", "/v1/classify", {"texts": texts}).body["results"]
    newest = max(result["result_id"] for result in answered)

    corrected = function.request("POST", f"/v1/results/{newest}/feedback", {"label": "neutral"})
    listed = function.request("GET", f"/v1/results?limit=1&from={today}")

    assert corrected.body["feedback_label"] == "neutral"
    assert listed.body["results"] == [corrected.body]
    assert listed.body["cursor"]


def test_function_erases_what_it_has_answered(
    function: FunctionEmulator, deployment: Deployment, moto_server: MotoServer
) -> None:
    result_id = function.request("POST", "/sentiment", {"text": "I love it"}).body["result_id"]

    erased = function.invoke(build_rest_event("DELETE", f"/v1/results/{result_id}"))

    items = moto_server.dynamodb.scan(TableName=deployment.table)["Items"]
    assert (erased["statusCode"], erased["body"]) == (204, "")
    assert result_id not in {item["result_id"]["S"] for item in items}


def test_function_answers_a_request_that_is_sent_again_once(function: FunctionEmulator) -> None:
    headers = {"Content-Type": "application/json", "Idempotency-Key": "8e03978e"}
    event = build_rest_event("POST", "/sentiment", b'{"text": "I love it"}', headers)

    first, again = function.invoke(event), function.invoke(event)

    assert first["statusCode"] == again["statusCode"] == 200
    assert first["body"] == again["body"]
    assert again["multiValueHeaders"]["Idempotency-Replayed"] == ["true"]


def test_function_says_that_a_result_is_unknown(function: FunctionEmulator) -> None:
    answer = function.request("GET", "/v1/results/01980000-0000-7000-8000-000000000000")

    assert answer.status == 404
    assert answer.body["type"] == "urn:windvane:problem:result-not-found"


@pytest.mark.parametrize(
    "event",
    [{"Records": [{"s3": {}}]}, {"key1": "value1"}, [], "text", {}],
    ids=["another service's", "the console's", "list", "string", "empty"],
)
def test_function_answers_an_event_that_is_no_request(
    function: FunctionEmulator, event: object
) -> None:
    answer = function.invoke(event)

    assert "API Gateway REST API" in answer["message"]
    assert function.request("GET", "/health").status == 200


def test_function_answers_a_broken_request(function: FunctionEmulator) -> None:
    answer = function.invoke({"httpMethod": "POST", "path": None})

    assert answer["statusCode"] == 400
    assert function.request("GET", "/health").status == 200


def test_function_counts_itself_in_its_log_and_names_no_text(function: FunctionEmulator) -> None:
    function.request("POST", "/sentiment", {"text": "quite unheard-of"})

    metrics = function.wait_for_log(lambda line: "Texts" in line)

    assert metrics["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Windvane"
    assert metrics["function"] == "windvane-dev"
    assert "unheard-of" not in function.log.read_text()


@pytest.mark.skipif(not can_hide_cpus(), reason="mounting over /sys takes root on Linux")
def test_function_runs_where_sys_devices_cpu_is_hidden(function: FunctionEmulator) -> None:
    function.request("GET", "/health")

    [pid] = list_descendants(function.process.pid)

    assert list(CPUS.iterdir())
    assert not list(Path(f"/proc/{pid}/root{CPUS}").iterdir())
